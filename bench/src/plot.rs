//! Plots as SVG, with logarithmic axes: what is linear is a straight line with slope one.

use std::path::PathBuf;

use plotters::prelude::*;
use superoffice_bench::contracts::root;

use crate::Result;

/// A named curve.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws curves into `bench/plots/` and gives the file's path in the project.
pub(crate) fn draw(file: &str, x: &str, y: &str, curves: &[Curve]) -> Result<String> {
    let folder = root().join("bench/plots");
    std::fs::create_dir_all(&folder)?;
    let path: PathBuf = folder.join(file);
    let area = SVGBackend::new(&path, (720, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let range = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::MAX, f64::min);
        let most = points().map(of).fold(f64::MIN, f64::max);
        (least, most)
    };
    let ((left, right), (low, high)) = (range(|p| p.0), range(|p| p.1));
    // Room above for the names of the curves.
    let (across, up) = (left / 1.5..right * 1.5, low / 1.5..high * 6.0);
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(72)
        .build_cartesian_2d(across.log_scale(), up.log_scale())?;
    chart
        .configure_mesh()
        .x_desc(x)
        .x_labels(6)
        .y_desc(y)
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&label)
        .y_label_formatter(&label)
        .draw()?;
    for (index, curve) in curves.iter().enumerate() {
        let color = Palette99::pick(index).to_rgba();
        let series = LineSeries::new(curve.points.iter().copied(), color.stroke_width(2));
        chart
            .draw_series(series.point_size(3))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    area.present()?;
    Ok(format!("bench/plots/{file}"))
}

/// As many digits as a label needs.
fn label(value: &f64) -> String {
    match *value {
        value if value >= 1.0 => format!("{value:.0}"),
        value => format!("{value}"),
    }
}
