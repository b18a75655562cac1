//! The canvas itself: its size, and what is drawn on it.

use leptos::prelude::{on_cleanup, window};
use leptos::web_sys;
use plotters::prelude::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use send_wrapper::SendWrapper;
use tabwright_chart::{Chart, ChartError, PlotArea, Theme, draw};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, HtmlElement, ResizeObserver};

/// Device pixels per CSS pixel.
pub(super) fn pixel_ratio() -> f64 {
    window().device_pixel_ratio().clamp(0.5, 4.0)
}

/// Draws a chart over the whole canvas, which is `width` × `height` CSS pixels.
///
/// # Errors
/// If the chart's values do not fit each other, or the browser gives no canvas.
pub(super) fn paint(
    canvas: &HtmlCanvasElement,
    chart: &Chart,
    theme: &Theme,
    (width, height): (f64, f64),
) -> Result<PlotArea, ChartError> {
    canvas.set_width((width * theme.scale).round() as u32);
    canvas.set_height((height * theme.scale).round() as u32);
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or_else(|| {
        ChartError::Backend("the browser gives no two-dimensional canvas".to_owned())
    })?;
    draw(&backend.into_drawing_area(), chart, theme)
}

/// Tells the element's width in CSS pixels now and whenever it changes, until the owner is gone.
pub(super) fn on_width(element: &HtmlElement, tell: impl Fn(f64) + 'static) {
    let watched = element.clone();
    let told = Closure::<dyn Fn()>::new(move || tell(f64::from(watched.client_width())));
    let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let held = SendWrapper::new((observer, told));
    on_cleanup(move || held.0.disconnect());
}
