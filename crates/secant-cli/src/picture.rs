//! Pictures as files: SVG as it is, PNG drawn from it.
//!
//! Invariant: a file is there whole, or the command fails and says why. Start reading at [`save`].

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use resvg::{tiny_skia, usvg};

/// The letters of a PNG; see `fonts/README.md`.
const FONT: &[u8] = include_bytes!("../fonts/sans.ttf");
const FAMILY: &str = "DejaVu Sans";

/// What a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Svg,
    Png,
}

/// What the name of a file says it holds.
///
/// # Errors
/// Another ending than `.svg` and `.png`.
pub(crate) fn kind(path: &Path) -> anyhow::Result<Kind> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("svg") => Ok(Kind::Svg),
        Some("png") => Ok(Kind::Png),
        Some(other) => bail!("`.{other}` is no kind of picture known here; possible are .svg and .png"),
        None => bail!("`{}` does not say what kind of picture: name it .svg or .png", path.display()),
    }
}

/// Writes a picture to a file, or to standard output when there is none.
pub(crate) fn save(svg: &str, path: Option<&Path>, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(path) = path else {
        out.write_all(svg.as_bytes())?;
        return Ok(());
    };
    let bytes = match kind(path)? {
        Kind::Svg => svg.as_bytes().to_vec(),
        Kind::Png => png(svg)?,
    };
    std::fs::write(path, bytes).with_context(|| format!("the picture was not saved as {}", path.display()))
}

/// The pixels of a picture.
fn png(svg: &str) -> anyhow::Result<Vec<u8>> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    let options =
        usvg::Options { fontdb: Arc::new(fonts), font_family: FAMILY.to_owned(), ..Default::default() };
    let tree = usvg::Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| anyhow!("no memory for {} by {} pixels", size.width(), size.height()))?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Is any pixel of the column range dark?
    fn ink(png: &[u8]) -> usize {
        let pixels = tiny_skia::Pixmap::decode_png(png).unwrap();
        pixels.pixels().iter().filter(|p| p.red() < 100).count()
    }

    #[test]
    fn letters_are_drawn_and_dark_rules_are_not_followed() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"30\" font-family=\"sans-serif\">\
                 <style>@media (prefers-color-scheme:dark){{.p{{fill:#000000}}}}</style>\
                 <path class=\"p\" fill=\"#ffffff\" d=\"M0 0H80V30H0Z\"/><text x=\"5\" y=\"20\" font-size=\"16\">{text}</text></svg>"
            )
        };
        assert_eq!(ink(&png(&svg("")).unwrap()), 0);
        for text in ["x", "−4", "10⁻³", "αβ", "∂√∞", "é"] {
            assert!(ink(&png(&svg(text)).unwrap()) > 10, "{text}");
        }
    }

    #[test]
    fn the_name_says_the_kind() {
        let of = |name: &str| kind(Path::new(name)).map_err(|e| e.to_string());
        assert_eq!(of("a.svg"), Ok(Kind::Svg));
        assert_eq!(of("a.b.PNG"), Ok(Kind::Png));
        assert!(of("a.pdf").unwrap_err().contains(".svg and .png"));
        assert!(of("a").unwrap_err().contains(".svg or .png"));
    }
}
