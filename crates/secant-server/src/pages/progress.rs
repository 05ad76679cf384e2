//! How far the learner is: what is done, what is begun, what comes next and why.
//!
//! Not here: what is kept (`store`), how it looks (`home`).
//! Start reading at [`Way::next`].

use std::collections::BTreeMap;

use secant_course::assignment::{Score, score};
use secant_course::{Course, Part, PartKind};

use crate::api::ApiError;
use crate::app::App;
use crate::store::{Progress, Sitting};

/// All that is kept of the learner's way through a course.
pub(super) struct Way {
    progress: BTreeMap<String, Progress>,
    sittings: BTreeMap<String, Vec<Sitting>>,
    answers: BTreeMap<String, String>,
}

/// How far a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Begun,
    Done,
}

impl Stage {
    /// The class of its row.
    pub(super) fn word(self) -> &'static str {
        match self {
            Stage::New => "new",
            Stage::Begun => "begun",
            Stage::Done => "done",
        }
    }
}

impl Way {
    pub(super) async fn of(app: &App) -> Result<Way, ApiError> {
        Ok(Way {
            progress: app.store.progress().await?,
            sittings: app.store.sittings().await?,
            answers: app.store.discussions().await?,
        })
    }

    /// The best attempt at an assignment.
    fn best(&self, part: &Part) -> Option<Score> {
        self.sittings.get(part.id())?.iter().map(|sitting| score(part, &sitting.standings)).max()
    }

    /// How far a part is, and the word for it; nothing is said of one that is new.
    pub(super) fn stage(&self, part: &Part) -> (Stage, String) {
        match part.kind() {
            PartKind::Assignment => match self.best(part) {
                None => (Stage::New, String::new()),
                Some(Score { percent, passed: true }) => (Stage::Done, format!("passed, best {percent} %")),
                Some(Score { percent, passed: false }) => (Stage::Begun, format!("best {percent} %")),
            },
            PartKind::Discussion if self.answers.contains_key(part.id()) => (Stage::Done, "answered".into()),
            PartKind::Discussion => (Stage::New, String::new()),
            kind @ (PartKind::Lesson | PartKind::Reading | PartKind::Lab) => {
                match self.progress.get(part.id()) {
                    None => (Stage::New, String::new()),
                    Some(Progress { finished: false, .. }) => (Stage::Begun, "begun".into()),
                    Some(Progress { finished: true, .. }) if kind == PartKind::Reading => {
                        (Stage::Done, "read".into())
                    }
                    Some(Progress { finished: true, .. }) => (Stage::Done, "done".into()),
                }
            }
        }
    }

    pub(super) fn is_done(&self, part: &Part) -> bool {
        self.stage(part).0 == Stage::Done
    }

    /// What to do next, and why: what was begun first, then what is new, in the order of the course.
    pub(super) fn next<'a>(&self, course: &'a Course) -> Option<Next<'a>> {
        let parts = || course.parts().iter().filter(|part| part.module() > 0);
        if let Some(part) = parts().find(|part| self.stage(part).0 == Stage::Begun) {
            let why = match self.best(part) {
                Some(best) => {
                    format!("Your best attempt is at {} %; {} % passes.", best.percent, part.pass())
                }
                None => "You are in the middle of it.".to_owned(),
            };
            return Some(Next { part, title: "Go on", why });
        }
        let part = parts().find(|part| self.stage(part).0 == Stage::New)?;
        let before = course.neighbours(part.id()).0;
        let (title, why) = match before {
            _ if !parts().any(|part| self.is_done(part)) => ("Begin", "The course begins here.".to_owned()),
            Some(before) if self.is_done(before) => match part.kind() {
                PartKind::Assignment => {
                    ("Next", format!("You have done “{}”: try what it was about.", before.title()))
                }
                PartKind::Lesson | PartKind::Reading | PartKind::Discussion | PartKind::Lab => {
                    ("Next", format!("It comes after “{}”, which you have done.", before.title()))
                }
            },
            _ => ("Next", "It is the first thing that you have not done yet.".to_owned()),
        };
        Some(Next { part, title, why })
    }
}

/// What to do next.
pub(super) struct Next<'a> {
    pub(super) part: &'a Part,
    pub(super) title: &'static str,
    pub(super) why: String,
}
