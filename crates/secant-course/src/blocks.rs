//! A course file taken apart: front matter, figures, scenes, cells, plugins, questions. Nothing is computed here.
//!
//! Invariant: every [`Piece`] is a stretch of the file, at its place.
//! Start reading at [`Blocks::read`].

use crate::fault::Fault;
use crate::text::{Piece, Source};

/// A fenced block with a name.
#[derive(Clone, Debug)]
pub(crate) struct Fence {
    pub(crate) name: Piece,
    pub(crate) body: Piece,
}

/// A question, and the figure that stands directly before it.
#[derive(Clone, Debug)]
pub(crate) struct QuestionBlock {
    pub(crate) fence: Fence,
    pub(crate) figure: Option<Fence>,
}

/// A stretch of a scene, in the order of the text.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Prose(Piece),
    Cell(Piece),
    Plugin(Fence),
    Formulas(Piece),
}

/// A scene as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct SceneBlocks {
    pub(crate) title: Piece,
    pub(crate) directives: Vec<Piece>,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a course as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    pub(crate) front: Piece,
    pub(crate) lead: Vec<Block>,
    pub(crate) figures: Vec<Fence>,
    pub(crate) scenes: Vec<SceneBlocks>,
    pub(crate) questions: Vec<QuestionBlock>,
    pub(crate) closing: Vec<Block>,
}

/// The line that begins and ends front matter.
const FRONT: &str = "+++";

impl Blocks {
    /// Takes a file apart; `None` when it has no front matter and so is no part of a course.
    pub(crate) fn read(source: &Source, faults: &mut Vec<Fault>) -> Option<Blocks> {
        let text = source.text.as_str();
        let mut lines = Lines { text, at: 0 };
        let first = lines.next().filter(|l| l.text.trim_end() == FRONT);
        if first.is_none() {
            let hint = "a part of a course begins with `+++`, its id, title and minutes, and `+++`";
            faults.push(source.hinted("syntax.front-matter", 0, "no front matter", hint));
            return None;
        }
        let from = lines.at;
        let Some(last) = lines.by_ref().find(|l| l.text.trim_end() == FRONT) else {
            faults.push(source.fault("syntax.front-matter", 0, "the front matter has no closing `+++`"));
            return None;
        };
        let front = Piece { text: text[from..last.at].to_owned(), at: from };
        let mut blocks = Blocks {
            front,
            lead: Vec::new(),
            figures: Vec::new(),
            scenes: Vec::new(),
            questions: Vec::new(),
            closing: Vec::new(),
        };
        let mut prose = lines.at..lines.at;
        // The figure that the next question takes if it has the same name.
        let mut before: Option<Fence> = None;
        while let Some(line) = lines.next() {
            let content = line.text.trim_end();
            if let Some(title) = content.strip_prefix("## ") {
                blocks.prose(text, &mut prose, &mut before);
                blocks.figures.extend(before.take());
                let at = line.at + 3 + (title.len() - title.trim_start().len());
                if !blocks.questions.is_empty() {
                    let hint = "put the questions after the last scene";
                    faults.push(source.hinted("syntax.scene", line.at, "a scene after a question", hint));
                }
                let directives = directives(&mut lines);
                let title = Piece { text: title.trim().to_owned(), at };
                blocks.scenes.push(SceneBlocks { title, directives, blocks: Vec::new() });
                prose = lines.at..lines.at;
            } else if let Some(info) = content.strip_prefix("```") {
                blocks.prose(text, &mut prose, &mut before);
                let from = lines.at;
                let end = lines.by_ref().find(|l| l.text.trim_end() == "```");
                let Some(end) = end else {
                    faults.push(source.fault("syntax.fence", line.at, "this block has no closing ```"));
                    break;
                };
                let body = Piece { text: text[from..end.at].to_owned(), at: from };
                blocks.fence(source, line.at + 3, info, body, &mut before, faults);
                prose = lines.at..lines.at;
            } else {
                prose.end = lines.at;
            }
        }
        blocks.prose(text, &mut prose, &mut before);
        blocks.figures.extend(before);
        Some(blocks)
    }

    fn prose(&mut self, text: &str, span: &mut std::ops::Range<usize>, before: &mut Option<Fence>) {
        let inside = &text[span.clone()];
        if !inside.trim().is_empty() {
            self.figures.extend(before.take());
            let block = Block::Prose(Piece { text: inside.to_owned(), at: span.start });
            self.place_for_blocks().push(block);
        }
        *span = span.end..span.end;
    }

    fn place_for_blocks(&mut self) -> &mut Vec<Block> {
        if !self.questions.is_empty() {
            return &mut self.closing;
        }
        match self.scenes.last_mut() {
            Some(scene) => &mut scene.blocks,
            None => &mut self.lead,
        }
    }

    /// Everything that stands in the text, in order.
    pub(crate) fn passages(&self) -> impl Iterator<Item = &Block> {
        self.lead.iter().chain(self.scenes.iter().flat_map(|s| &s.blocks)).chain(&self.closing)
    }

    fn fence(
        &mut self,
        source: &Source,
        at: usize,
        info: &str,
        body: Piece,
        before: &mut Option<Fence>,
        faults: &mut Vec<Fault>,
    ) {
        let (word, name) = info.split_once(' ').unwrap_or((info, ""));
        let name_at = at + info.len() - name.trim_start().len();
        let name = Piece { text: name.trim().to_owned(), at: name_at };
        let fence = Fence { name, body };
        let figure = before.take();
        let own = word == "question" && figure.as_ref().is_some_and(|f| f.name.text == fence.name.text);
        let figure = if own {
            figure
        } else {
            self.figures.extend(figure);
            None
        };
        match word {
            "plugin" => self.place_for_blocks().push(Block::Plugin(fence)),
            "formulas" => self.place_for_blocks().push(Block::Formulas(fence.body)),
            "secant" => self.place_for_blocks().push(Block::Cell(fence.body)),
            "figure" | "question" => {
                if !is_id(&fence.name.text) {
                    let message = format!("a {word} needs a name of small letters, digits and hyphens");
                    let hint = format!("begin the block with ```{word} some-name");
                    faults.push(source.hinted("syntax.name", at, message, hint));
                }
                if word == "figure" {
                    *before = Some(fence);
                } else {
                    self.questions.push(QuestionBlock { fence, figure });
                }
            }
            // What a program is and what it prints; the tests run the lines.
            "" | "python" | "output" => {
                let text = format!("```\n{}```\n", fence.body.text);
                self.place_for_blocks().push(Block::Prose(Piece { text, at: fence.body.at - 4 }));
            }
            other => {
                let message = format!("there is no block `{other}`");
                faults.push(source.hinted(
                    "syntax.fence",
                    at,
                    message,
                    "blocks are figure, secant, formulas, plugin, python, output and question",
                ));
            }
        }
    }
}

/// Small letters, digits and hyphens, beginning with a letter.
pub(crate) fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The lines of the quote that a scene may begin with.
fn directives(lines: &mut Lines<'_>) -> Vec<Piece> {
    let mut found = Vec::new();
    loop {
        let before = lines.at;
        match lines.next() {
            Some(line) if line.text.trim().is_empty() && found.is_empty() => {}
            Some(line) if line.text.starts_with('>') => {
                let text = line.text.trim_end();
                found.push(Piece { text: text[1..].to_owned(), at: line.at + 1 });
            }
            _ => {
                lines.at = before;
                return found;
            }
        }
    }
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
}

struct Line<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;
    fn next(&mut self) -> Option<Line<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.find('\n').map_or(rest.len(), |k| k + 1);
        let line = Line { text: &rest[..length], at: self.at };
        self.at += length;
        Some(line)
    }
}
