//! Looks at the files of the bundles for changes.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;

/// Reloads when files have changed, for ever. A file that is still being written is left alone until two looks agree on it.
pub async fn watch(app: Arc<App>, every: Duration) {
    let mut loaded = stamps(&app).await;
    let mut last = loaded.clone();
    loop {
        tokio::time::sleep(every).await;
        let now = stamps(&app).await;
        if now != loaded && now == last {
            let app = Arc::clone(&app);
            // What went wrong is said and counted where it happens.
            let _ = tokio::task::spawn_blocking(move || app.reload()).await;
            loaded.clone_from(&now);
        }
        last = now;
    }
}

async fn stamps(app: &Arc<App>) -> crate::registry::Stamps {
    let app = Arc::clone(app);
    let looked = tokio::task::spawn_blocking(move || app.registry.stamps()).await;
    looked.unwrap_or_default()
}
