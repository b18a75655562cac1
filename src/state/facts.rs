//! The session's facts, one declaration each.
//!
//! None is kept over a reload: what is kept is what they are made from (the file, the project, the results' parts, a search that is not over),
//! and the same key gives the same fact again.

mod monitor;
mod results;
mod table;

use super::fact::{Derived, Placed};

pub use monitor::{Drift, Opened};
pub use results::{Bundle, Coefficients, Evaluation, LearningCurve};
pub use table::{Compared, PREVIEW_ROWS, Preview, Profile, Ranking, Split, Target};

/// Lists the facts, each with its place, so that none is forgotten where the table changes.
macro_rules! facts {
    ($($name:ident: $fact:ty),* $(,)?) => {
        /// A place for each fact. A handle: copies are the same.
        #[derive(Clone, Copy)]
        pub struct Facts {
            $($name: Derived<$fact>),*
        }

        impl Facts {
            /// None is here.
            pub fn new() -> Self {
                Self { $($name: Derived::new()),* }
            }

            /// Forgets what belongs to a table that is gone.
            pub fn leave_table(self) {
                $(self.$name.leave_table();)*
            }
        }

        $(impl Placed for $fact {
            fn kept(facts: Facts) -> Derived<Self> {
                facts.$name
            }
        })*
    };
}

facts! {
    target: Target,
    profile: Profile,
    compared: Compared,
    preview: Preview,
    ranking: Ranking,
    split: Split,
    evaluation: Evaluation,
    coefficients: Coefficients,
    curve: LearningCurve,
    bundle: Bundle,
    opened: Opened,
    drift: Drift,
}
