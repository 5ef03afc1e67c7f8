//! What the platform asks of a service that is well.

use super::checks::{Checks, holds, same, status};
use super::http::{Connection, Request};
use super::service::Service;

pub(super) fn look(service: &Service<'_>, checks: &Checks) {
    checks.check("/livez and /healthz say 204", || {
        for path in ["/livez", "/healthz"] {
            status(path, &service.get(path)?, 204)?;
        }
        Ok(())
    });
    checks.check("/metrics says 200 with Prometheus' text format", || {
        let answer = service.get("/metrics")?;
        status("/metrics", &answer, 200)?;
        same("media type", answer.media_type(), "text/plain")?;
        service.scrape().map(|_| ())
    });
    checks.check("it listens on all interfaces", || {
        let answer = Connection::open(([127, 0, 0, 2], service.port))?.ask(&Request::get("/livez"))?;
        holds(answer.status == 204, || format!("/livez says {}", answer.status))
    });
}
