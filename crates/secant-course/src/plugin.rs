//! Plugins: the parts of a lab that the language of figures cannot say, each a browser module of its own.
//!
//! Here: which plugins there are, which options each one takes, the element that a page gets.
//! Not here: what a plugin does (`assets/plugins/name.js` of the server).
//! Invariant: a course that loaded names no plugin and no option that does not exist.
//! Start reading at [`PLUGINS`].
//!
//! A lab hangs one in with a fence, a line for each option:
//!
//! ````text
//! ```plugin name
//! key value
//! ```
//! ````
//!
//! To make a plugin: add a row to [`PLUGINS`], a row to the table in `assets/plugins.js`, and the module
//! `assets/plugins/name.js`, which exports `mount(element, options)`. The page has
//! `<div class="plugin" data-plugin="name" data-options="{…}">` with a paragraph for those who read without scripts; the
//! module is fetched when a page has it, gets that element and the options as an object of strings, and replaces what is in
//! it. It dispatches `new CustomEvent('secant:done', { bubbles: true })` once the lab is done, which the page keeps.

use std::collections::BTreeMap;

use crate::blocks::Fence;
use crate::fault::Fault;
use crate::scene::{first_word, trim};
use crate::text::{Piece, Source, escape};

/// A plugin that labs may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Its name in course files and of its module.
    pub name: &'static str,
    /// What it is, in a sentence: all that is there without scripts.
    pub says: &'static str,
    /// The options that it takes; each may be left out.
    pub options: &'static [&'static str],
}

/// Every plugin there is.
pub const PLUGINS: &[Plugin] = &[];

/// The element of a plugin, from its fence.
pub(crate) fn html(
    table: &[Plugin],
    source: &Source,
    fence: &Fence,
    faults: &mut Vec<Fault>,
) -> Option<String> {
    let name = &fence.name;
    let Some(plugin) = table.iter().find(|plugin| plugin.name == name.text) else {
        let known: Vec<&str> = table.iter().map(|plugin| plugin.name).collect();
        let hint = format!("plugins are {}", known.join(", "));
        faults.push(source.hinted(
            "name.plugin",
            name.at,
            format!("there is no plugin `{}`", name.text),
            hint,
        ));
        return None;
    };
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    let mut at = fence.body.at;
    for line in fence.body.text.split_inclusive('\n') {
        let piece = trim(&Piece { text: line.to_owned(), at });
        at += line.len();
        if piece.text.is_empty() {
            continue;
        }
        let (key, value) = first_word(&piece);
        if !plugin.options.contains(&key.text.as_str()) {
            let message = format!("`{}` has no option `{}`", plugin.name, key.text);
            let hint = format!("a line is `key value`; its keys are {}", plugin.options.join(", "));
            faults.push(source.hinted("name.option", key.at, message, hint));
        } else if options.insert(key.text.clone(), value.text).is_some() {
            faults.push(source.fault("name.twice", key.at, format!("`{}` is said twice", key.text)));
        }
    }
    let options = escape(&serde_json::to_string(&options).unwrap_or_default());
    let (name, says) = (plugin.name, escape(plugin.says));
    Some(format!(
        "<div class=\"plugin\" data-plugin=\"{name}\" data-options=\"{options}\"><p>{says}</p>\
         <noscript><p>It needs JavaScript.</p></noscript></div>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Plugin] =
        &[Plugin { name: "pit", says: "A hole & its edge.", options: &["level", "seed"] }];

    fn read(name: &str, body: &str) -> Result<String, Vec<(&'static str, u32, u32)>> {
        let text = format!("{name}\n{body}");
        let source = Source { file: "a.md".into(), text };
        let name = Piece { text: name.into(), at: 0 };
        let fence = Fence { body: Piece { text: body.into(), at: name.text.len() + 1 }, name };
        let mut faults = Vec::new();
        let html = html(TABLE, &source, &fence, &mut faults);
        if faults.is_empty() {
            Ok(html.unwrap())
        } else {
            Err(faults.into_iter().map(|f| (f.code, f.line, f.column)).collect())
        }
    }

    #[test]
    fn a_page_gets_the_name_and_the_options() {
        let html = read("pit", "level two words\n\nseed 7\n").unwrap();
        assert!(html.contains("data-plugin=\"pit\""), "{html}");
        assert!(
            html.contains(
                "data-options=\"{&quot;level&quot;:&quot;two words&quot;,&quot;seed&quot;:&quot;7&quot;}\""
            ),
            "{html}"
        );
        assert!(html.contains("<p>A hole &amp; its edge.</p>"), "{html}");
    }

    #[test]
    fn mistakes_are_placed() {
        assert_eq!(read("pot", ""), Err(vec![("name.plugin", 1, 1)]));
        assert_eq!(read("pit", "level 1\ndepth 2\n"), Err(vec![("name.option", 3, 1)]));
        assert_eq!(read("pit", "level 1\n  level 2\n"), Err(vec![("name.twice", 3, 3)]));
    }

    #[test]
    fn every_plugin_is_named_once() {
        for (k, plugin) in PLUGINS.iter().enumerate() {
            assert!(crate::blocks::is_id(plugin.name) && !plugin.says.is_empty(), "{plugin:?}");
            assert!(PLUGINS[..k].iter().all(|other| other.name != plugin.name), "{plugin:?}");
        }
    }
}
