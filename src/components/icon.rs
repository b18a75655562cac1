//! Icons. The paths are from Lucide (<https://lucide.dev>), ISC licence, © Lucide Contributors.

use leptos::prelude::*;

/// An icon by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Glyph {
    Data,
    Explore,
    Wrangle,
    Features,
    Train,
    Tune,
    Evaluate,
    Export,
    Monitor,
    Undo,
    Redo,
    Sun,
    Moon,
    Screen,
    Help,
    Book,
    Save,
    New,
    Recent,
    File,
    Close,
    Check,
    Alert,
    Info,
    Plus,
    Trash,
    Up,
    Down,
    Right,
    Copy,
    Play,
    Shield,
    Edit,
    Download,
    Upload,
    Refresh,
    Target,
}

impl Glyph {
    /// Its strokes on a 24 × 24 grid.
    #[allow(clippy::too_many_lines, reason = "a table: one entry a glyph")]
    fn paths(self) -> &'static [&'static str] {
        match self {
            Glyph::Data => &[
                "M3 5a9 3 0 1 0 18 0a9 3 0 1 0-18 0",
                "M3 5V19A9 3 0 0 0 21 19V5",
                "M3 12A9 3 0 0 0 21 12",
            ],
            Glyph::Explore => &[
                "M3 3v16a2 2 0 0 0 2 2h16",
                "M18 17V9",
                "M13 17V5",
                "M8 17v-3",
            ],
            Glyph::Wrangle => &[
                "M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94l-3.76 3.76z",
            ],
            Glyph::Features => &[
                "m12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83Z",
                "m22 17.65-9.17 4.16a2 2 0 0 1-1.66 0L2 17.65",
                "m22 12.65-9.17 4.16a2 2 0 0 1-1.66 0L2 12.65",
            ],
            Glyph::Train => &[
                "M12 21a3 3 0 1 0 0-6a3 3 0 1 0 0 6",
                "M6 9a3 3 0 1 0 0-6a3 3 0 1 0 0 6",
                "M18 9a3 3 0 1 0 0-6a3 3 0 1 0 0 6",
                "M18 9v2c0 .6-.4 1-1 1H7c-.6 0-1-.4-1-1V9",
                "M12 12v3",
            ],
            Glyph::Tune => &[
                "M21 4h-7",
                "M10 4H3",
                "M21 12h-9",
                "M8 12H3",
                "M21 20h-5",
                "M12 20H3",
                "M14 2v4",
                "M8 10v4",
                "M16 18v4",
            ],
            Glyph::Evaluate => &["m12 14 4-4", "M3.34 19a10 10 0 1 1 17.32 0"],
            Glyph::Export => &[
                "M11 21.73a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16V8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73z",
                "M12 22V12",
                "m3.3 7 8.7 5 8.7-5",
            ],
            Glyph::Monitor => &[
                "M22 12h-2.48a2 2 0 0 0-1.93 1.46l-2.35 8.36a.25.25 0 0 1-.48 0L9.24 2.18a.25.25 0 0 0-.48 0l-2.35 8.36A2 2 0 0 1 4.49 12H2",
            ],
            Glyph::Undo => &["M9 14 4 9l5-5", "M4 9h10.5a5.5 5.5 0 0 1 0 11H11"],
            Glyph::Redo => &["m15 14 5-5-5-5", "M20 9H9.5a5.5 5.5 0 0 0 0 11H13"],
            Glyph::Sun => &[
                "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8",
                "M12 2v2",
                "M12 20v2",
                "m4.93 4.93 1.41 1.41",
                "m17.66 17.66 1.41 1.41",
                "M2 12h2",
                "M20 12h2",
                "m6.34 17.66-1.41 1.41",
                "m19.07 4.93-1.41 1.41",
            ],
            Glyph::Moon => &["M12 3a6 6 0 0 0 9 9 9 9 0 1 1-9-9Z"],
            Glyph::Screen => &[
                "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
                "M8 21h8",
                "M12 17v4",
            ],
            Glyph::Help => &[
                "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20",
                "M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3",
                "M12 17h.01",
            ],
            Glyph::Book => &[
                "M12 7v14",
                "M3 18a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h5a4 4 0 0 1 4 4 4 4 0 0 1 4-4h5a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-6a3 3 0 0 0-3 3 3 3 0 0 0-3-3z",
            ],
            Glyph::Save => &[
                "M15.2 3a2 2 0 0 1 1.4.6l3.8 3.8a2 2 0 0 1 .6 1.4V19a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
                "M17 21v-7a1 1 0 0 0-1-1H8a1 1 0 0 0-1 1v7",
                "M7 3v4a1 1 0 0 0 1 1h7",
            ],
            Glyph::Recent => &[
                "M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8",
                "M3 3v5h5",
                "M12 7v5l4 2",
            ],
            Glyph::New => &[
                "M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z",
                "M14 2v4a2 2 0 0 0 2 2h4",
                "M9 15h6",
                "M12 18v-6",
            ],
            Glyph::File => &[
                "M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z",
                "M14 2v4a2 2 0 0 0 2 2h4",
            ],
            Glyph::Close => &["M18 6 6 18", "m6 6 12 12"],
            Glyph::Check => &["M20 6 9 17l-5-5"],
            Glyph::Alert => &[
                "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3",
                "M12 9v4",
                "M12 17h.01",
            ],
            Glyph::Info => &[
                "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20",
                "M12 16v-4",
                "M12 8h.01",
            ],
            Glyph::Plus => &["M5 12h14", "M12 5v14"],
            Glyph::Trash => &[
                "M3 6h18",
                "M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6",
                "M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2",
            ],
            Glyph::Up => &["m5 12 7-7 7 7", "M12 19V5"],
            Glyph::Down => &["M12 5v14", "m19 12-7 7-7-7"],
            Glyph::Right => &["M5 12h14", "m12 5 7 7-7 7"],
            Glyph::Copy => &[
                "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z",
                "M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2",
            ],
            Glyph::Play => &["m6 3 14 9-14 9z"],
            Glyph::Shield => &[
                "M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z",
            ],
            Glyph::Edit => &[
                "M21.17 6.81a1 1 0 0 0-3.98-3.98L3.84 16.17a2 2 0 0 0-.5.83l-1.32 4.35a.5.5 0 0 0 .62.62l4.35-1.32a2 2 0 0 0 .83-.5z",
                "m15 5 4 4",
            ],
            Glyph::Download => &[
                "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
                "m7 10 5 5 5-5",
                "M12 15V3",
            ],
            Glyph::Upload => &[
                "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
                "m17 8-5-5-5 5",
                "M12 3v12",
            ],
            Glyph::Refresh => &[
                "M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8",
                "M21 3v5h-5",
                "M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16",
                "M8 16H3v5",
            ],
            Glyph::Target => &[
                "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20",
                "M12 6a6 6 0 1 0 0 12a6 6 0 1 0 0-12",
                "M12 10a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
            ],
        }
    }
}

/// An icon beside a text that says the same; hidden from screen readers.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
    /// Width and height in CSS pixels.
    #[prop(default = 16)]
    size: u32,
) -> impl IntoView {
    let strokes = glyph
        .paths()
        .iter()
        .map(|path| view! { <path d=*path></path> })
        .collect_view();
    view! {
        <svg
            class="icon"
            width=size
            height=size
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            {strokes}
        </svg>
    }
}
