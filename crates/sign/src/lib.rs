//! Detached signatures of bundles by Ed25519 (RFC 8032): that a file is what the holder of a key exported.
//!
//! Keys are PEM as other tools write them: PKCS#8 for the private one, `SubjectPublicKeyInfo` for the public one. A signature is the
//! base64 of its 64 bytes over all bytes of the file, in a file beside it. So `openssl genpkey -algorithm ed25519` makes keys, and
//! `openssl pkeyutl -verify -rawin` checks signatures too.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Why there is no key, or no valid signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The system gives no random bytes.
    #[error("this system gives no random numbers: {0}")]
    NoRandomness(String),
    /// Not a private key.
    #[error(
        "this is no private key of Ed25519 in PEM (\"-----BEGIN PRIVATE KEY-----\"): tabwright keygen makes one"
    )]
    NotAPrivateKey,
    /// Not a public key.
    #[error(
        "this is no public key of Ed25519 in PEM (\"-----BEGIN PUBLIC KEY-----\"): tabwright keygen writes it beside the private one"
    )]
    NotAPublicKey,
    /// Not a signature.
    #[error("this is no signature: expected the base64 of 64 bytes, as tabwright sign writes it")]
    NotASignature,
    /// A signature of other bytes, or by another key.
    #[error(
        "the signature is not one of these bytes by this key: the file was changed after it was signed, or another key signed it"
    )]
    Invalid,
}

/// A key that signs. Whoever has it can sign.
pub struct PrivateKey(SigningKey);

/// A key that tells whose signature it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PrivateKey {
    /// A new one, of the system's random numbers.
    ///
    /// # Errors
    /// If the system has none.
    pub fn generate() -> Result<Self, SignError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| SignError::NoRandomness(error.to_string()))?;
        Ok(Self(SigningKey::from_bytes(&bytes)))
    }

    /// Reads one.
    ///
    /// # Errors
    /// If the text is not PEM of such a key.
    pub fn from_pem(text: &str) -> Result<Self, SignError> {
        let key = SigningKey::from_pkcs8_pem(text.trim());
        key.map(Self).map_err(|_| SignError::NotAPrivateKey)
    }

    /// As text. Without the public key in it: not every tool reads those.
    ///
    /// # Errors
    /// Never for a key that is one.
    pub fn to_pem(&self) -> Result<String, SignError> {
        let bytes = KeypairBytes {
            secret_key: self.0.to_bytes(),
            public_key: None,
        };
        let pem = bytes.to_pkcs8_pem(LineEnding::LF);
        Ok(pem.map_err(|_| SignError::NotAPrivateKey)?.to_string())
    }

    /// The key that its signatures are checked with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of a file's bytes: a line of text.
    pub fn sign(&self, bytes: &[u8]) -> String {
        format!("{}\n", STANDARD.encode(self.0.sign(bytes).to_bytes()))
    }
}

impl PublicKey {
    /// Reads one.
    ///
    /// # Errors
    /// If the text is not PEM of such a key.
    pub fn from_pem(text: &str) -> Result<Self, SignError> {
        let key = VerifyingKey::from_public_key_pem(text.trim());
        key.map(Self).map_err(|_| SignError::NotAPublicKey)
    }

    /// As text.
    ///
    /// # Errors
    /// Never for a key that is one.
    pub fn to_pem(&self) -> Result<String, SignError> {
        let pem = self.0.to_public_key_pem(LineEnding::LF);
        pem.map_err(|_| SignError::NotAPublicKey)
    }

    /// That a signature is one of these bytes by this key. Keys and signatures of small order are refused too.
    ///
    /// # Errors
    /// If it is no signature, or not that one.
    pub fn check(&self, bytes: &[u8], signature: &str) -> Result<(), SignError> {
        let raw = STANDARD.decode(signature.trim());
        let raw = raw.map_err(|_| SignError::NotASignature)?;
        let signature = Signature::from_slice(&raw).map_err(|_| SignError::NotASignature)?;
        let checked = self.0.verify_strict(bytes, &signature);
        checked.map_err(|_| SignError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_these_bytes_by_this_key() {
        let (key, other) = (
            PrivateKey::generate().unwrap(),
            PrivateKey::generate().unwrap(),
        );
        let signature = key.sign(b"bundle");
        assert_eq!(signature.len(), 89, "base64 of 64 bytes, and a line's end");
        assert_eq!(key.public().check(b"bundle", &signature), Ok(()));
        assert_eq!(
            key.public().check(b"bundlE", &signature),
            Err(SignError::Invalid)
        );
        assert_eq!(
            other.public().check(b"bundle", &signature),
            Err(SignError::Invalid)
        );
        for text in ["", "no base64!", "AAAA", &signature[..84]] {
            let found = key.public().check(b"bundle", text);
            assert_eq!(found, Err(SignError::NotASignature), "{text}");
        }
    }

    #[test]
    fn keys_survive_their_text() {
        let key = PrivateKey::generate().unwrap();
        let text = key.to_pem().unwrap();
        assert!(text.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{text}");
        let read = PrivateKey::from_pem(&text).unwrap();
        assert_eq!(read.public(), key.public());
        let text = key.public().to_pem().unwrap();
        assert!(text.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{text}");
        assert_eq!(PublicKey::from_pem(&text).unwrap(), key.public());
        assert_eq!(
            PublicKey::from_pem("no key").unwrap_err(),
            SignError::NotAPublicKey
        );
        assert!(PrivateKey::from_pem(&text).is_err());
    }

    /// Written by `openssl genpkey -algorithm ed25519`, `openssl pkey -pubout` and `openssl pkeyutl -sign -rawin` over "tabwright\n".
    #[test]
    fn what_openssl_writes_is_read() {
        let key = include_str!("../tests/openssl.pem");
        let public = include_str!("../tests/openssl.pub.pem");
        let signature = include_str!("../tests/openssl.sig");
        let key = PrivateKey::from_pem(key).unwrap();
        assert_eq!(key.public().to_pem().unwrap(), public);
        assert_eq!(key.to_pem().unwrap(), include_str!("../tests/openssl.pem"));
        assert_eq!(key.sign(b"tabwright\n"), signature);
        assert_eq!(key.public().check(b"tabwright\n", signature), Ok(()));
    }
}
