//! Orders are placed and read back.

use serde_json::json;

use super::checks::{Checks, holds, same, status};
use super::http::Request;
use super::service::{ORDER, Service};

pub(super) fn look(service: &Service<'_>, checks: &Checks) {
    checks.check("a placed order is answered with 201, its Location and itself", || {
        let placed = service.post(ORDER)?;
        status("POST /v1/orders", &placed, 201)?;
        same("media type", placed.media_type(), "application/json")?;
        let order = placed.json();
        let id = order["id"].as_str().unwrap_or_default();
        same("Location", placed.header("Location"), Some(format!("/v1/orders/{id}").as_str()))?;
        let items = json!([{"sku": "TEA-1", "quantity": 2}]);
        same("the order", &order, &json!({"id": id, "customer": "c-1001", "items": items, "units": 2}))
    });
    checks.check("an id is a UUID, and no two orders have the same", || {
        let ids = [(); 2].map(|()| service.post(ORDER).map(|answer| answer.json()["id"].clone()));
        let [first, second] = ids;
        let (first, second) = (first?, second?);
        holds(first != second, || format!("{first} twice"))?;
        let text = first.as_str().unwrap_or_default();
        let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
        let hexadecimal = text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
        holds(text.len() == 36 && hyphens == [8, 13, 18, 23] && hexadecimal, || format!("{first} is no UUID"))
    });
    checks.check("an order that was placed can be read where its Location says", || {
        let placed = service.post(ORDER)?;
        let read = service.get(placed.header("Location").unwrap_or_default())?;
        status("GET of the Location", &read, 200)?;
        same("media type", read.media_type(), "application/json")?;
        same("what is read", read.json(), placed.json())
    });
    checks.check("an order can be read by its id in capitals, and with a query", || {
        let id = service.post(ORDER)?.json()["id"].as_str().unwrap_or_default().to_owned();
        for path in [format!("/v1/orders/{}", id.to_uppercase()), format!("/v1/orders/{id}?utm_source=x")] {
            let read = service.get(&path)?;
            status(&path, &read, 200)?;
            same("the id", &read.json()["id"], &json!(id))?;
        }
        Ok(())
    });
    checks.check("the largest order is accepted", || {
        let item = json!({"sku": "S".repeat(32), "quantity": 1000});
        let order = json!({"customer": "c".repeat(64), "items": vec![item; 50]});
        let placed = service.post(&order.to_string())?;
        status("50 items, each 1000 times", &placed, 201)?;
        same("units", &placed.json()["units"], 50_000)
    });
    checks.check("a quantity is a whole number however JSON writes it", || {
        for number in ["2.0", "2e0", "20E-1"] {
            let placed = service.post(&ORDER.replace(":2}", &format!(":{number}}}")))?;
            status(number, &placed, 201)?;
            // In JSON, and in Rust's reading of it, 2 and 2.0 may differ: it must be written as an integer.
            same(number, placed.json()["items"][0]["quantity"].as_u64(), Some(2))?;
        }
        Ok(())
    });
    checks.check("a charset beside the content type changes nothing", || {
        let request = Request::new("POST", "/v1/orders").body(ORDER);
        let answer = service.ask(&request.header("Content-Type", "application/json; charset=utf-8"))?;
        status("application/json; charset=utf-8", &answer, 201)
    });
    checks.check("a body in chunks is read like one with a length", || {
        let answer = service.ask(&Request::post("/v1/orders", ORDER).chunked())?;
        status("in chunks", &answer, 201)?;
        same("customer", &answer.json()["customer"], "c-1001")
    });
    // Some servers give up a connection with an error: they have to say so.
    checks.check(
        "a connection serves one request after the other, and ends with none but an error that says so",
        || {
            let mut connection = service.connect()?;
            for (request, wanted) in [
                (Request::post("/v1/orders", ORDER), 201),
                (Request::get("/v1/orders/17"), 400),
                (Request::post("/v1/orders", ORDER), 201),
                (Request::post("/v1/orders", "{"), 400),
                (Request::post("/v1/orders", ORDER), 201),
                (Request::post("/v1/orders", ORDER), 201),
            ] {
                let answer = connection.ask(&request)?;
                status("on one connection", &answer, wanted)?;
                if answer.closes() && wanted == 400 {
                    connection = service.connect()?;
                }
            }
            Ok(())
        },
    );
}
