//! The pages: one folder a stage. Pages never import each other.

mod data;
mod evaluate;
mod explore;
mod export;
mod features;
mod glossary;
mod monitor;
mod train;
mod tune;
mod wrangle;

pub use data::DataPage;
pub use evaluate::EvaluatePage;
pub use explore::ExplorePage;
pub use export::ExportPage;
pub use features::FeaturesPage;
pub use glossary::GlossaryPage;
pub use monitor::MonitorPage;
pub use train::TrainPage;
pub use tune::TunePage;
pub use wrangle::WranglePage;
