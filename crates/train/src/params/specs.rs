//! How parameters are declared, and those that several algorithms have.

use super::{Condition, ParamKind, ParamSpec, Scale, TextForm};

pub(super) const fn integer(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    unit: &'static str,
    (min, max, default): (i64, i64, i64),
) -> Param<Count> {
    let kind = ParamKind::Integer { min, max, default };
    let spec = ParamSpec {
        unit,
        ..plain(name, label, help, kind)
    };
    Param {
        spec,
        is: Count(default as u32),
    }
}

pub(super) const fn float(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    (min, max, default): (f64, f64, f64),
) -> Param<Number> {
    let spec = plain(name, label, help, ParamKind::Float { min, max, default });
    Param {
        spec,
        is: Number(default),
    }
}

/// Empty by default.
pub(super) const fn text(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    form: TextForm,
) -> Param<Text> {
    let spec = plain(name, label, help, ParamKind::Text(form));
    Param { spec, is: Text }
}

/// A choice as its declaration has it; the first value is the default. Each: value, label, what it stands for.
macro_rules! choice {
    ($name:literal, $label:literal, $help:literal, [$(($value:literal, $text:literal, $means:expr)),+ $(,)?]) => {
        $crate::params::specs::Param {
            spec: $crate::params::specs::plain(
                $name,
                $label,
                $help,
                $crate::params::ParamKind::Choice(&[$(($value, $text)),+]),
            ),
            is: $crate::params::specs::Choice(&[$(($value, $means)),+]),
        }
    };
}
pub(super) use choice;

/// An algorithm's parameters: a handle each, by which it reads it, and the list of all of them.
macro_rules! parameters {
    ($list:ident: $($name:ident: $is:ty = $param:expr;)+) => {
        $(pub(in crate::params) const $name: $crate::params::specs::Param<$is> = $param;)+

        pub(in crate::params) const $list: &[$crate::params::ParamSpec] = &[$($name.spec),+];
    };
}
pub(super) use parameters;

/// A declared parameter, and what its value is: who reads it needs this handle, so that no name can be mistyped.
#[derive(Clone, Copy)]
pub(crate) struct Param<Is> {
    /// What the form, the command and the checks know of it.
    pub spec: ParamSpec,
    /// What its value is.
    pub is: Is,
}

/// A number, with its default.
#[derive(Clone, Copy)]
pub(crate) struct Number(pub f64);

/// A whole number, 0 or more, with its default.
#[derive(Clone, Copy)]
pub(crate) struct Count(pub u32);

/// A text of its form.
#[derive(Clone, Copy)]
pub(crate) struct Text;

/// One of these: value, and what it stands for. The first is the default.
#[derive(Clone, Copy)]
pub(crate) struct Choice<T: 'static>(pub &'static [(&'static str, T)]);

pub(super) const fn plain(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kind: ParamKind,
) -> ParamSpec {
    ParamSpec {
        name,
        label,
        help,
        kind,
        scale: Scale::Linear,
        unit: "",
        search: None,
        basic: true,
        condition: None,
    }
}

impl<Is: Copy> Param<Is> {
    const fn of(self, spec: ParamSpec) -> Self {
        Self { spec, is: self.is }
    }

    pub(super) const fn searched(self, low: f64, high: f64, scale: Scale) -> Self {
        self.of(ParamSpec {
            search: Some((low, high)),
            scale,
            ..self.spec
        })
    }

    pub(super) const fn scaled(self, scale: Scale) -> Self {
        self.of(ParamSpec { scale, ..self.spec })
    }

    pub(super) const fn with(self, condition: Condition) -> Self {
        self.of(ParamSpec {
            condition: Some(condition),
            ..self.spec
        })
    }

    pub(super) const fn advanced(self) -> Self {
        self.of(ParamSpec {
            basic: false,
            ..self.spec
        })
    }
}

/// What each row counts beside its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClassWeight {
    /// All alike.
    None,
    /// All classes alike.
    Balanced,
}

pub(super) const BINS: Param<Count> = integer(
    "bins",
    "Bins",
    "How many different values of a number are told apart at most; fewer is faster and coarser.",
    "bins",
    (2, 255, 255),
)
.advanced();

pub(super) const MIN_GAIN: Param<Number> = float(
    "min_gain",
    "Least gain",
    "A split must lower the loss by more than this; raise it for smaller trees.",
    (0.0, 1e9, 0.0),
)
.advanced();

pub(super) const CLASS_WEIGHT: Param<Choice<ClassWeight>> = choice!(
    "class_weight",
    "Class weights",
    "Balanced counts every class alike, however few rows it has: more of the rare class is found, at more false alarms, and \
     probabilities no longer match the classes' shares.",
    [
        ("none", "Every row counts once", ClassWeight::None),
        (
            "balanced",
            "Balanced: every class counts alike",
            ClassWeight::Balanced
        ),
    ]
)
.advanced();
