//! Files that the user keeps.

use js_sys::{Array, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::reason;

/// Starts the download of bytes under a file name.
///
/// # Errors
/// If the browser has no room for them.
pub fn save(name: &str, media_type: &str, bytes: &Uint8Array) -> Result<(), String> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options)
        .map_err(|e| reason(&e))?;
    let url = Url::create_object_url_with_blob(&blob).map_err(|e| reason(&e))?;
    let link: HtmlAnchorElement = document()
        .create_element("a")
        .map_err(|e| reason(&e))?
        .unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download holds the blob from here on; at once would be too early in some browsers.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_mins(1),
    );
    Ok(())
}
