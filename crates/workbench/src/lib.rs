//! The workbench without a screen: what the app decides of a session, as plain functions and values that know no page, no signal and no
//! browser.
//!
//! What a fact is made from ([`keys`]), what of it is here ([`stamped`]), which result stands for the others ([`standing`]), how many
//! helpers fit ([`helpers`]), which projects are kept ([`recent`]); forms as
//! values ([`draft`], [`method`], [`scheme`]); and what is said on screen ([`glossary`], [`said`], [`watch`]).

pub mod chosen;
pub mod draft;
pub mod glossary;
pub mod helpers;
pub mod history;
pub mod keys;
pub mod method;
pub mod recent;
pub mod recipe;
pub mod said;
pub mod scheme;
pub mod shell;
pub mod stamped;
pub mod standing;
pub mod target;
pub mod trials;
pub mod watch;
pub mod window;
