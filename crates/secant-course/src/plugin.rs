//! Plugins: the parts of a lab that the language of figures cannot say, each a browser module of its own.
//!
//! Here: which plugins there are, which options each one takes, the element that a page gets.
//! Not here: what a plugin does (`assets/plugins/name.js` of the server).
//! Invariant: a course that loaded names no plugin and no option that does not exist.
//! Start reading at [`PLUGINS`].
//!
//! A lab or an assignment hangs one in with a fence, a line for each option:
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
use crate::sandpit::LEVELS;
use crate::scene::{first_word, trim};
use crate::text::{Piece, Source, escape};
use crate::training;

/// A plugin that labs may name.
#[derive(Clone, Copy, Debug)]
pub struct Plugin {
    /// Its name in course files and of its module.
    pub name: &'static str,
    /// What it is, in a sentence: all that is there without scripts.
    pub says: &'static str,
    /// The options that it takes.
    pub options: &'static [&'static str],
    /// The questions of the same file that it looks at; or which option cannot be used, and why.
    pub check: fn(&Options) -> Checked,
}

/// The options of a plugin as they stand in a course, by key.
pub type Options = BTreeMap<String, String>;

/// The names of questions, or an option and what is wrong with it.
pub type Checked = Result<Vec<String>, (&'static str, String)>;

/// Every plugin there is.
pub const PLUGINS: &[Plugin] = &[
    Plugin {
        name: "backpropagation",
        says: "Here the formulas of this page train a network, and its curve is seen taking shape.",
        options: training::OPTIONS,
        check: |options| {
            training::Spec::read(options).map(|spec| spec.asked.into_iter().map(|a| a.question).collect())
        },
    },
    Plugin {
        name: "sandpit",
        says: "Here one probes a hidden floor with a stick, point by point, to find where it is lowest.",
        options: &["lab"],
        check: |options| {
            let lab = options.get("lab").map_or("", String::as_str);
            let known = LEVELS.iter().any(|level| level.lab == lab);
            if known { Ok(Vec::new()) } else { Err(("lab", format!("there is no sandpit `{lab}`"))) }
        },
    },
];

/// A plugin in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hung {
    /// Which one.
    pub name: &'static str,
    /// How.
    pub options: Options,
    /// The questions of the same file that it looks at.
    pub questions: Vec<String>,
}

impl Hung {
    /// The element of it.
    pub(crate) fn html(&self) -> String {
        let options = escape(&serde_json::to_string(&self.options).unwrap_or_default());
        let says = PLUGINS.iter().find(|plugin| plugin.name == self.name).map_or("", |plugin| plugin.says);
        let (name, says) = (self.name, escape(says));
        format!(
            "<div class=\"plugin\" data-plugin=\"{name}\" data-options=\"{options}\"><p>{says}</p>\
             <noscript><p>It needs JavaScript.</p></noscript></div>\n"
        )
    }
}

/// A plugin, from its fence.
pub(crate) fn read(
    table: &[Plugin],
    source: &Source,
    fence: &Fence,
    faults: &mut Vec<Fault>,
) -> Option<Hung> {
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
    let (mut options, mut places) = (Options::new(), BTreeMap::new());
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
            return None;
        }
        places.insert(key.text.clone(), value.at);
        if options.insert(key.text.clone(), value.text).is_some() {
            faults.push(source.fault("name.twice", key.at, format!("`{}` is said twice", key.text)));
            return None;
        }
    }
    match (plugin.check)(&options) {
        Ok(questions) => Some(Hung { name: plugin.name, options, questions }),
        Err((key, message)) => {
            let at = places.get(key).copied().unwrap_or(name.at);
            faults.push(source.fault("syntax.option", at, format!("`{key}`: {message}")));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Plugin] = &[Plugin {
        name: "pit",
        says: "A hole & its edge.",
        options: &["level", "seed"],
        check: |options| match options.get("seed").is_some_and(|seed| seed.parse::<u64>().is_err()) {
            true => Err(("seed", "expected a number".into())),
            false => Ok(Vec::new()),
        },
    }];

    fn hung(name: &str, body: &str) -> Result<Hung, Vec<(&'static str, u32, u32)>> {
        let text = format!("{name}\n{body}");
        let source = Source { file: "a.md".into(), text };
        let name = Piece { text: name.into(), at: 0 };
        let fence = Fence { body: Piece { text: body.into(), at: name.text.len() + 1 }, name };
        let mut faults = Vec::new();
        let found = read(TABLE, &source, &fence, &mut faults);
        if faults.is_empty() {
            Ok(found.unwrap())
        } else {
            Err(faults.into_iter().map(|f| (f.code, f.line, f.column)).collect())
        }
    }

    #[test]
    fn a_page_gets_the_name_and_the_options() {
        let html = hung("pit", "level two words\n\nseed 7\n").unwrap().html();
        assert!(html.contains("data-plugin=\"pit\""), "{html}");
        assert!(
            html.contains(
                "data-options=\"{&quot;level&quot;:&quot;two words&quot;,&quot;seed&quot;:&quot;7&quot;}\""
            ),
            "{html}"
        );
        for plugin in PLUGINS {
            let html = Hung { name: plugin.name, options: Options::new(), questions: Vec::new() }.html();
            assert!(html.contains(&escape(plugin.says)), "{html}");
        }
    }

    #[test]
    fn mistakes_are_placed() {
        assert_eq!(hung("pot", ""), Err(vec![("name.plugin", 1, 1)]));
        assert_eq!(hung("pit", "level 1\ndepth 2\n"), Err(vec![("name.option", 3, 1)]));
        assert_eq!(hung("pit", "seed nine\n"), Err(vec![("syntax.option", 2, 6)]));
        assert_eq!(hung("pit", "level 1\n  level 2\n"), Err(vec![("name.twice", 3, 3)]));
    }

    #[test]
    fn every_plugin_is_named_once() {
        for (k, plugin) in PLUGINS.iter().enumerate() {
            assert!(crate::blocks::is_id(plugin.name) && !plugin.says.is_empty(), "{plugin:?}");
            assert!(PLUGINS[..k].iter().all(|other| other.name != plugin.name), "{plugin:?}");
        }
    }
}
