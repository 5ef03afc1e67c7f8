//! What is refused, how, and in which form.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::checks::{Checks, holds, problem, same, status};
use super::http::Request;
use super::service::{ORDER, SOON, Service};

/// A UUID that no order has.
pub(super) const UNKNOWN: &str = "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10";

pub(super) fn look(service: &Service<'_>, checks: &Checks) {
    paths(service, checks);
    bodies(service, checks);
    rules(service, checks);
}

fn paths(service: &Service<'_>, checks: &Checks) {
    checks.check("an order that there is not is a problem with 404", || {
        problem("an unknown id", &service.get(&format!("/v1/orders/{UNKNOWN}"))?, 404)
    });
    checks.check("an id that is no hyphenated UUID is a problem with 400", || {
        for id in [
            "17",
            "x",
            "6f1c1c1e8a0b4c579d0e2f4f1f8f3a10",
            "%7B6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10%7D",
            "urn:uuid:6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10",
            "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a1",
            "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a100",
            "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a1g",
            "6f1c1c1e-8a0b4-c57-9d0e-2f4f1f8f3a10",
            "%C3%A9",
        ] {
            problem(id, &service.get(&format!("/v1/orders/{id}"))?, 400)?;
        }
        Ok(())
    });
    checks.check("a path that there is not is a problem with 404", || {
        for path in
            ["/", "/v1", "/v1/order", "/v1/orders/", "/v1/orders/a/b", "/V1/orders", "/wp-login.php?a=1"]
        {
            problem(path, &service.get(path)?, 404)?;
        }
        problem("POST", &service.ask(&Request::post("/v1/nothing", ORDER))?, 404)
    });
    checks.check("what frameworks bring along is not served", || {
        for path in
            ["/docs", "/redoc", "/openapi.json", "/actuator", "/actuator/health", "/debug/pprof/", "/error"]
        {
            status(path, &service.get(path)?, 404)?;
        }
        Ok(())
    });
    checks.check("a wrong method is a problem with 405 and an Allow header", || {
        let one = format!("/v1/orders/{UNKNOWN}");
        for (method, path, allowed) in [
            ("GET", "/v1/orders", "POST"),
            ("DELETE", "/v1/orders", "POST"),
            ("PUT", "/v1/orders", "POST"),
            ("DELETE", one.as_str(), "GET"),
            ("POST", one.as_str(), "GET"),
            ("TRACE", "/v1/orders", "POST"),
        ] {
            let what = format!("{method} {path}");
            let answer = service.ask(&Request::new(method, path).body(""))?;
            problem(&what, &answer, 405)?;
            let allow = answer.header("Allow").unwrap_or_default();
            holds(allow.split(',').any(|word| word.trim() == allowed), || {
                format!("{what}: no {allowed} in Allow: {allow:?}")
            })?;
        }
        Ok(())
    });
    checks.check("only GET is allowed on health and metrics", || {
        for path in ["/livez", "/healthz", "/readyz", "/metrics"] {
            problem(&format!("POST {path}"), &service.ask(&Request::post(path, "{}"))?, 405)?;
        }
        Ok(())
    });
}

fn bodies(service: &Service<'_>, checks: &Checks) {
    checks.check("a body that is not JSON is a problem with 400", || {
        let not_a_number = ORDER.replace(":2}", ":NaN}");
        let with_a_rest = format!("{ORDER} x");
        let texts =
            ["", "{", "x", "{'customer': 'c'}", "{\"customer\": \"c\",}", &not_a_number, &with_a_rest];
        for text in texts {
            problem(&format!("{text:?}"), &service.post(text)?, 400)?;
        }
        problem("bytes that are no UTF-8", &service.ask(&Request::post("/v1/orders", b"\"\xff\""))?, 400)
    });
    checks.check("a body of another type, or of none, is a problem with 415", || {
        let request = Request::new("POST", "/v1/orders").body(ORDER);
        problem("without a type", &service.ask(&request)?, 415)?;
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "application/vnd.acme+json",
            "json",
        ] {
            problem(kind, &service.ask(&request.clone().header("Content-Type", kind))?, 415)?;
        }
        Ok(())
    });
    checks.check("a body of another type is not waited for", || {
        let mut connection = service.connect()?;
        let started = Instant::now();
        connection
            .begin(&Request::new("POST", "/v1/orders").header("Content-Type", "text/csv").body(ORDER))?;
        status("half of it", &connection.read()?, 415)?;
        holds(started.elapsed() < SOON, || format!("the answer took {:?}", started.elapsed()))
    });
    checks.check("JSON that has not the shape of an order is a problem with 422", || {
        let item = json!({"sku": "TEA-1", "quantity": 2});
        for body in [
            json!({}),
            json!([]),
            json!("order"),
            json!(17),
            Value::Null,
            json!({"customer": "c-1"}),
            json!({"items": [item]}),
            json!({"customer": null, "items": [item]}),
            json!({"customer": 17, "items": [item]}),
            json!({"customer": "c-1", "items": item}),
            json!({"customer": "c-1", "items": [null]}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1"}]}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": "2"}]}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2.5}]}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": true}]}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": -1}]}),
            json!({"customer": "c-1", "items": [item], "priority": 1}),
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2, "colour": "red"}]}),
        ] {
            problem(&body.to_string(), &service.post(&body.to_string())?, 422)?;
        }
        Ok(())
    });
    checks.check("JSON that has not the shape of an order is told the place and what belongs there", || {
        let item = json!({"sku": "TEA-1", "quantity": 2});
        // A place that is missing is named itself, or the object that it is missing in.
        for (body, places) in [
            (json!([]), &[""][..]),
            (Value::Null, &[""]),
            (json!({"customer": "c-1"}), &["/items", ""]),
            (json!({"customer": 17, "items": [item]}), &["/customer"]),
            (json!({"customer": null, "items": [item]}), &["/customer"]),
            (json!({"customer": "c-1", "items": item}), &["/items"]),
            (json!({"customer": "c-1", "items": [item, null]}), &["/items/1"]),
            (json!({"customer": "c-1", "items": [{"sku": "TEA-1"}]}), &["/items/0/quantity", "/items/0"]),
            (
                json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": "2"}]}),
                &["/items/0/quantity"],
            ),
            (json!({"customer": "c-1", "items": [item], "a/b~c": 1}), &["/a~1b~0c"]),
        ] {
            let named = fields_of(&service.post(&body.to_string())?.json());
            let named: Vec<&str> = named.iter().map(String::as_str).collect();
            holds(matches!(named[..], [place] if places.contains(&place)), || {
                format!("{body}: {named:?} instead of one of {places:?}")
            })?;
        }
        Ok(())
    });
    checks.check("an array is no order and no item, even with the right values in the right places", || {
        let item = json!({"sku": "TEA-1", "quantity": 2});
        for body in [json!(["c-1", [item]]), json!({"customer": "c-1", "items": [["TEA-1", 2]]})] {
            problem(&body.to_string(), &service.post(&body.to_string())?, 422)?;
        }
        Ok(())
    });
    checks.check("JSON that is hard to read is refused with 400 or 422, and is no failure", || {
        let deep = format!("{{\"customer\":{}", "[".repeat(20_000));
        let mut bodies =
            vec![("20000 arrays", deep), ("a name in lone surrogates", ORDER.replace("c-1001", "\\ud800"))];
        bodies.push(("a name with a NUL", ORDER.replace("c-1001", "a\\u0000")));
        for number in ["1e400", "-1e400", "1e-400", "99999999999999999999999", "4294967298", "-0.5"] {
            bodies.push((number, ORDER.replace(":2}", &format!(":{number}}}"))));
        }
        for (what, body) in bodies {
            let answer = service.post(&body)?;
            problem(what, &answer, if answer.status == 400 { 400 } else { 422 })?;
        }
        Ok(())
    });
}

fn rules(service: &Service<'_>, checks: &Checks) {
    let order = |customer: &str, items: &[(&str, u32)]| {
        let items: Vec<_> =
            items.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
        json!({"customer": customer, "items": items})
    };
    let many = vec![("TEA-1", 1); 51];
    let (long, longer) = ("c".repeat(65), "S".repeat(33));
    checks.check("an order that breaks rules is a problem with 422 that names each field", || {
        for (body, fields) in [
            (order("", &[("TEA-1", 1)]), &["/customer"][..]),
            (order(&long, &[("TEA-1", 1)]), &["/customer"]),
            (order("a b", &[("TEA-1", 1)]), &["/customer"]),
            (order("c-1", &[]), &["/items"]),
            (order("c-1", &many), &["/items"]),
            (order("c-1", &[(&longer, 1)]), &["/items/0/sku"]),
            (order("c-1", &[("TEA-1", 0)]), &["/items/0/quantity"]),
            (order("c-1", &[("TEA-1", 1), ("MUG-7", 1001)]), &["/items/1/quantity"]),
            (
                order("a/b", &[("", 0), ("x", 1), ("_", 1)]),
                &["/customer", "/items/0/sku", "/items/0/quantity", "/items/2/sku"],
            ),
        ] {
            let text = body.to_string();
            let what = text.get(..80).unwrap_or(&text);
            let answer = service.post(&text)?;
            problem(what, &answer, 422)?;
            let named = fields_of(&answer.json());
            let wanted: BTreeSet<String> = fields.iter().map(|&field| field.to_owned()).collect();
            same(what, named, wanted)?;
        }
        Ok(())
    });
    checks.check("an order with thousands of mistakes is refused in 16 KiB at most", || {
        let members: Vec<_> = (0..3000).map(|number| format!(r#""m{number}":1"#)).collect();
        for (what, body) in [
            ("no items", format!(r#"{{"customer":"c","items":[{}0]}}"#, "0,".repeat(9999))),
            ("empty items", format!(r#"{{"customer":"c","items":[{}{{}}]}}"#, "{},".repeat(9999))),
            ("wrong items", order("c", &vec![("", 0); 1000]).to_string()),
            ("unknown members", ORDER.replace(r#","items""#, &format!(r#",{},"items""#, members.join(",")))),
        ] {
            let answer = service.post(&body)?;
            let (refused, size) = ((400..500).contains(&answer.status), answer.text().len());
            holds(refused && size <= 16 * 1024, || {
                format!("thousands of {what}: {} with {size} bytes", answer.status)
            })?;
        }
        Ok(())
    });
    checks.check("names are ASCII letters, digits and dashes to their very end", || {
        for name in ["é", "٣", "c\n", "c-1\u{0}", " c", "c_1", "ǅ"] {
            problem(
                &format!("{name:?} as customer"),
                &service.post(&order(name, &[("T", 1)]).to_string())?,
                422,
            )?;
            problem(&format!("{name:?} as sku"), &service.post(&order("c", &[(name, 1)]).to_string())?, 422)?;
        }
        Ok(())
    });
}

/// The fields that a problem names, each with a rule.
fn fields_of(problem: &Value) -> BTreeSet<String> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .filter(|error| error["rule"].as_str().is_some_and(|rule| !rule.is_empty()))
        .filter_map(|error| error["field"].as_str().map(str::to_owned))
        .collect()
}
