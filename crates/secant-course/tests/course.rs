//! The course of this repository: it loads, and everything in it is proved.

use std::fs;
use std::path::{Path, PathBuf};

use secant_course::{Course, check};

fn files() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../course");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_course_loads_and_is_proved() {
    let course = Course::load(files()).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(course.parts().len() >= 2);
    let report = check(&course);
    assert!(report.ok(), "{report}");
    for question in report.parts.iter().flat_map(|part| &part.questions) {
        assert!(question.tried == question.variants.min(200), "{question:?}");
        let asked = question.tried - question.avoided;
        assert!(asked >= 4.min(question.variants), "{question:?}");
        let forms = if question.free { 3 } else { 1 };
        assert!(question.accepted >= forms * asked && question.refused >= asked, "{question:?}");
    }
}
