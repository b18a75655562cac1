//! The parts that screens are made of: small, stateless, on native elements. They know nothing of the session; what they
//! show and whom they tell comes in as properties.
//!
//! | component | properties |
//! |---|---|
//! | [`Button`] | `on_click`, `kind`, `disabled`, `icon`, `testid`, `title`; children are the label |
//! | [`IconButton`] | `icon`, `label`, `on_click`, `disabled`, `pressed`, `testid` |
//! | [`Panel`] | `title`, `status` (four states), `actions`, `class`, `testid`; children |
//! | [`Field`] | `label`, `help`; children are the control |
//! | [`Select`], [`TextInput`], [`NumberInput`], [`Slider`], [`Checkbox`] | `value`/`checked`, `on_change`, `label`, … |
//! | [`DataTable`] | `caption`, `columns`, `rows`, `testid`: small tables, sortable |
//! | [`VirtualTable`] | `label`, `columns`, `window`, `on_window`, `sort`, `on_sort`: any number of rows |
//! | [`Dialog`] | `open`, `title`; children |
//! | [`Progress`] | `value` (share of 1, `None` unknown), `label` |
//! | [`Prose`] | `text`: names between backticks are set as code |
//! | [`Banner`], [`Badge`] | `tone`; children |
//! | [`Empty`] | `title`; children |
//! | [`Term`] | `word`: its definition, one hover or key away |
//! | [`Stat`] | `label`, `value`, `title`, `testid` |
//! | [`CodeBlock`] | `code`, `label`, `on_copy` |
//! | [`DropZone`] | `label`, `accept`, `on_file`, `testid`; children |
//! | [`Later`] | children, which are made a frame later |
//! | [`ValidationForm`] | `value`, `on_change`, `columns`, `is_numeric` |
//! | [`PageHead`], [`Guidance`], [`NextStep`] | a stage's heading, its two sentences, what to do next |

mod badge;
mod button;
mod code;
mod data_table;
mod dialog;
mod drop_zone;
mod empty;
mod field;
mod icon;
mod later;
mod page;
mod panel;
mod progress;
mod prose;
mod stat;
mod term;
mod validation;
mod virtual_table;

pub use badge::{Badge, Banner, Tone};
pub use button::{Button, ButtonKind, IconButton};
pub use code::CodeBlock;
pub use data_table::{Cell, DataTable, Row, TableColumn};
pub use dialog::Dialog;
pub use drop_zone::DropZone;
pub use empty::Empty;
pub use field::{Checkbox, Field, NumberInput, Select, Slider, TextInput};
pub use icon::{Glyph, Icon};
pub use later::Later;
pub use page::{Guidance, NextStep, PageHead, ShowGuidance};
pub use panel::{Panel, Status};
pub use progress::Progress;
pub use prose::Prose;
pub use stat::Stat;
pub use term::Term;
pub use validation::ValidationForm;
pub use virtual_table::{HeadCell, VirtualTable};
