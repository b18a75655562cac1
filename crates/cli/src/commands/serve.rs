//! `tabwright serve`: bundles behind HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use tabwright_serve::{Config, EXAMPLE, Server};

use crate::error::CliError;
use crate::files;

#[derive(clap::Args)]
#[command(after_long_help = after_help())]
pub struct ServeArgs {
    /// Bundles, and folders whose *.zip are bundles; a model is called as its file without the ending
    pub bundles: Vec<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080, which this machine alone reaches]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Settings: groups, limits, tokens, TLS, the log of requests; --help shows all of them
    #[arg(long, value_name = "scorer.toml")]
    pub config: Option<PathBuf>,
    /// Write what happens as lines of JSON (to standard error; `RUST_LOG` says how much)
    #[arg(long)]
    pub json_log: bool,
}

fn after_help() -> String {
    format!(
        "\
POST /v1/models/NAME/score takes {{\"rows\": [{{…}}]}}, {{\"columns\": {{…}}}}, CSV or an Arrow stream, and ?contributions=true.
GET / is a page to try it; /v1/models, /metrics, /healthz, /readyz and /openapi.json tell the rest.

{EXAMPLE}"
    )
}

/// Serves until told to stop.
pub fn run(args: &ServeArgs) -> Result<(), CliError> {
    tabwright_serve::tell(args.json_log);
    let mut config = match &args.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    config.bundles.extend(args.bundles.iter().cloned());
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    let server = Server::open(&config)?;
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let models = server.models();
    let models: Vec<String> = models
        .iter()
        .map(|(name, n_rows)| format!("  {name}: {n_rows} proof rows agree\n"))
        .collect();
    let line = format!(
        "listening on {scheme}://{}\n{}",
        server.address()?,
        models.concat()
    );
    files::print(line.as_bytes())?;
    Ok(server.run()?)
}
