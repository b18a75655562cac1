//! Steps as menus and forms show them.

/// What a form needs to know of one setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldInfo {
    /// The name in JSON.
    pub name: &'static str,
    /// The label on screen.
    pub label: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// What goes in.
    pub kind: FieldKind,
}

/// What goes into a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldKind {
    /// One existing column.
    Column,
    /// Several existing columns.
    Columns,
    /// The name of a new column.
    NewColumn,
    /// A formula over the columns.
    Formula,
    /// Yes or no.
    Flag,
    /// A number.
    Number {
        /// The least that it may be.
        least: f64,
        /// The most.
        most: f64,
        /// What it is where nothing is said.
        usual: f64,
    },
    /// One of these (JSON value, label).
    Choice(&'static [(&'static str, &'static str)]),
    /// One of these (JSON value, label), or the text typed for the last one, sent as `{"<value>": "<text>"}`.
    ChoiceOrText(&'static [(&'static str, &'static str)]),
}

/// A step as menus and forms show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepInfo {
    /// The `step` tag in JSON.
    pub tag: &'static str,
    /// The title in the menu.
    pub title: &'static str,
    /// One sentence on what it does and when to use it.
    pub help: &'static str,
    /// Its settings, in order.
    pub fields: &'static [FieldInfo],
}
