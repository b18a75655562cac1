//! The clipboard.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

use super::reason;

/// Copies text.
///
/// # Errors
/// If the browser does not let the page.
pub async fn copy(text: &str) -> Result<(), String> {
    JsFuture::from(window().navigator().clipboard().write_text(text))
        .await
        .map(|_| ())
        .map_err(|error| reason(&error))
}
