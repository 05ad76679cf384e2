//! The op `fit`: requests in, replies out.

use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

fn rows() -> Value {
    json!({"x": [0, 1, 2, 3, 4], "y": [1, 3, 6, 7, 10]})
}

#[track_caller]
fn near(have: &Value, want: f64) {
    let have = have.as_f64().unwrap_or_else(|| panic!("{have} is not a number"));
    assert!((have - want).abs() <= 1e-9 * want.abs().max(1e-3), "{have} for {want}");
}

#[test]
fn a_line() {
    let reply =
        ask(&json!({"id": 3, "op": "fit", "model": "y ~ a + b x", "data": rows(), "bands": {"x": [2]}}));
    assert_eq!((reply["ok"].clone(), reply["id"].clone()), (json!(true), json!(3)), "{reply}");
    near(&reply["params"]["a"]["value"], 1.0);
    near(&reply["params"]["b"]["value"], 2.2);
    near(&reply["params"]["b"]["stderr"], (0.8f64 / 30.0).sqrt());
    near(&reply["chi2"], 0.8);
    assert_eq!(reply["dof"], 3);
    assert_eq!(reply["stop"], "solved");
    assert_eq!(reply["status"], "estimated");
    assert!(reply.get("p_value").is_none());
    near(&reply["r_squared"], 1.0 - 0.8 / 49.2);
    // In the middle the curve is as sure as a mean: t(0.95, 3) = 3.182446305 times s/√5; a new row by √(1 + 1/5) s.
    let s = (0.8f64 / 3.0).sqrt();
    near(&reply["bands"]["value"][0], 5.4);
    near(&reply["bands"]["confidence"][0], 3.182446305284263 * s / 5f64.sqrt());
    near(&reply["bands"]["prediction"][0], 3.182446305284263 * s * 1.2f64.sqrt());
    let interval = &reply["params"]["b"]["confidence"];
    near(&interval[1], 2.2 + 3.182446305284263 * (0.8f64 / 30.0).sqrt());
    // Residuals 0, -0.2, 0.6, -0.6, 0.2.
    near(&reply["diagnostics"]["autocorrelation"], (-0.12 - 0.36 - 0.12) / 0.8);
    assert_eq!(reply["diagnostics"]["runs"], 4);
    assert!([3, 4].contains(&reply["diagnostics"]["outliers"][0]["row"].as_u64().unwrap()));
    near(&reply["diagnostics"]["leverage"][0]["leverage"], 0.6);
}

#[test]
fn profiles_of_linear_models_are_their_errors() {
    let reply =
        ask(&json!({"op": "fit", "model": "y ~ a + b x", "data": rows(), "sigma": 0.5, "profile": true,
        "observed": true, "options": {"level": 0.6826894921370859}}));
    for name in ["a", "b"] {
        let p = &reply["params"][name];
        let (value, error) = (p["value"].as_f64().unwrap(), p["stderr"].as_f64().unwrap());
        for (k, side) in [(0, -1.0), (1, 1.0)] {
            let end = p["interval"][k].as_f64().unwrap();
            assert!((end - (value + side * error)).abs() < 1e-6 * error, "{name}: {end}");
        }
    }
    for i in 0..2 {
        for j in 0..2 {
            near(&reply["observed"][i][j], reply["covariance"][i][j].as_f64().unwrap());
        }
    }
    near(&reply["p_value"], 0.361_805_027_497_532);
}

#[test]
fn profiles_are_where_chi_squared_has_risen_by_one() {
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y = [5.3, 3.9, 3.6, 2.1, 2.2, 1.3, 1.4, 0.8, 0.3, 0.9, 0.2, 0.5];
    let request = |more: &Value| {
        let mut all =
            json!({"op": "fit", "model": "y ~ a exp(-b x)", "data": {"x": x, "y": y}, "sigma": 0.5});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask(&all)
    };
    let best = request(&json!({"profile": true, "options": {"level": 0.6826894921370859}}));
    assert_eq!(best["proposed"], true, "{best}");
    let chi2 = best["chi2"].as_f64().unwrap();
    for name in ["a", "b"] {
        for k in [0, 1] {
            let end = best["params"][name]["interval"][k].as_f64().unwrap();
            let held = request(&json!({"fixed": {name: end}}));
            let rise = held["chi2"].as_f64().unwrap() - chi2;
            assert!((rise - 1.0).abs() < 1e-6, "{name} at {end}: {rise}");
        }
    }
    let b = &best["params"]["b"];
    let (low, high) = (b["interval"][0].as_f64().unwrap(), b["interval"][1].as_f64().unwrap());
    let value = b["value"].as_f64().unwrap();
    assert!(high - value > value - low, "the faster decay is told less well");
}

#[test]
fn columns_on_the_left_definitions_and_what_is_not_determined() {
    let data = json!({"x": [0, 1, 2, 3], "y": [1.0, 2.7, 7.4, 20.1]});
    let reply = ask(
        &json!({"op": "fit", "model": "log(y) ~ line(x)", "define": ["line(u) = a + b u"], "data": data}),
    );
    assert!((reply["params"]["b"]["value"].as_f64().unwrap() - 1.0).abs() < 0.01, "{reply}");
    let reply =
        ask(&json!({"op": "fit", "model": "y ~ a b exp(x)", "data": data, "start": {"a": 1, "b": 1}}));
    assert_eq!(reply["unidentified"][0]["about"], "only a b is determined", "{reply}");
    assert_eq!(reply["params"]["a"]["stderr"], "nan");
    assert_eq!(reply["condition"], "inf");
    let reply =
        ask(&json!({"op": "fit", "model": "y ~ a exp(b x)", "data": data, "method": "steepest-descent",
        "options": {"aggression": 1e-6, "max_evaluations": 5}, "start": {"a": 1, "b": 0.9}}));
    assert_eq!(
        (reply["stop"].clone(), reply["status"].clone()),
        (json!("max-evaluations"), json!("failed")),
        "{reply}"
    );
    assert_eq!(reply["trace"].as_array().unwrap().len(), 5);
}

#[test]
fn faults() {
    let check = |change: Value, code: &str, field: &str| {
        let mut request = json!({"op": "fit", "model": "y ~ a + b x", "data": rows()});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = ask(&request);
        assert_eq!(reply["error"]["code"], code, "{request}: {reply}");
        assert_eq!(reply["error"]["field"], field, "{request}: {reply}");
    };
    check(json!({"model": "y = a + b x"}), "request.model", "model");
    check(json!({"model": "y ~ a + (b x"}), "syntax.unbalanced", "model");
    check(json!({"model": "z ~ a + b x"}), "name.column", "model");
    check(json!({"model": "y ~ x"}), "request.no-parameters", "model");
    check(json!({"data": "file.csv"}), "unsupported.path", "data");
    check(json!({"data": {"x": [1, 2], "y": [1, 2, 3]}}), "shape.column-length", "data");
    check(json!({"data": {"x": [1], "y": [1]}}), "shape.too-few-rows", "data");
    check(json!({"data": {"x": [1, null, 3], "y": [1, 2, 3]}}), "domain.not-finite", "data");
    check(json!({"sigma": 0}), "domain.sigma", "sigma");
    check(json!({"sigma": [1, 1, 1, -1, 1]}), "domain.sigma", "sigma");
    check(json!({"sigma": "s"}), "name.column", "model");
    check(json!({"start": {"c": 1}}), "name.parameter", "data");
    check(json!({"bounds": {"a": [2, 1]}}), "request.bounds", "bounds");
    check(json!({"loss": "huge"}), "request.loss", "loss");
    check(json!({"loss": "huber"}), "request.sigma", "sigma");
    check(json!({"method": "newton"}), "request.method", "method");
    check(json!({"options": {"tolerance": 0}}), "request.option", "options");
    check(json!({"bands": {"u": [1]}}), "name.column", "bands");
}
