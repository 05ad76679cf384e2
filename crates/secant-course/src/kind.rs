//! What sorts of parts a course has, and how they are named in files, links and addresses.
//!
//! Start reading at [`PartKind`].

use serde::Deserialize;

/// What sort of part a file is: `kind = "assignment"` in its front matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// Scenes, a live figure, a few questions.
    #[default]
    Lesson,
    /// Questions that are asked together, with a score.
    Assignment,
    /// Prose.
    Reading,
    /// A prompt, and a place for one's own answer.
    Discussion,
    /// Something to play with: whatever a lesson may have, and a plugin.
    Lab,
}

impl PartKind {
    /// All of them.
    pub const ALL: [PartKind; 5] =
        [PartKind::Lesson, PartKind::Assignment, PartKind::Reading, PartKind::Discussion, PartKind::Lab];

    /// The word for it: in the front matter, in links (`assignment:id`) and in addresses (`/assignment/id`).
    pub fn word(self) -> &'static str {
        match self {
            PartKind::Lesson => "lesson",
            PartKind::Assignment => "assignment",
            PartKind::Reading => "reading",
            PartKind::Discussion => "discussion",
            PartKind::Lab => "lab",
        }
    }

    /// The kind and the id that a link such as `assignment:id` names.
    pub(crate) fn linked(link: &str) -> Option<(PartKind, &str)> {
        let (word, id) = link.split_once(':')?;
        Some((PartKind::ALL.into_iter().find(|kind| kind.word() == word)?, id))
    }
}
