//! Jitsi's `tokenAuthUrl`: somebody's token has ended in the call. With a newer one on this device they go on; without,
//! they read why not, and can paste one.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::answers::keeping;
use super::request::{answer, kept, location, look, reading, visit};
use super::{Settings, Shared};
use crate::page::{RefusalPage, RenewedPage};
use crate::renewal::Renewal;
use crate::{Address, Verdict};

/// `GET /roompass/gate/renew?state=…`, with `nonce=…` in a window of its own.
pub(crate) async fn renew(
    State(settings): Shared,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let Some(renewal) = Renewal::parse(&query) else {
        return Redirect::to("/").into_response();
    };
    let address = &renewal.address;
    match look(&settings, address, &headers) {
        // An open room wants no link.
        Verdict::Pass { .. } => back(&renewal.back_to(&address.again())),
        Verdict::Return { to, cookie } => {
            let way = renewal.back_to(&to);
            if !renewal.is_inline {
                return keeping(cookie, back(&way));
            }
            let (gate, kept) = (settings.gate.borrow().clone(), kept(&headers));
            let newest = gate.newest(&visit(&settings, address, &kept, &headers));
            let token = newest.map_or("", |kept| kept.token);
            handing_on(&settings, &headers, &renewal, token, &way)
        }
        Verdict::Refuse(refusal) => {
            let reading = reading(&settings, &headers);
            let page = RefusalPage::new(&refusal, &reading).renewing(&query);
            let code = refusal.reason.code();
            openable(answer(StatusCode::FORBIDDEN, code, &reading, &page))
        }
    }
}

/// A newer link that was pasted on that page, if it was and the link is good.
pub(crate) fn with_link(
    settings: &Settings,
    headers: &HeaderMap,
    address: &Address,
    query: &str,
) -> Option<Response> {
    let renewal = Renewal::parse(query)?;
    if !renewal.is_inline || renewal.address.room() != address.room() {
        return None;
    }
    let Verdict::Pass { cookie } = look(settings, address, headers) else {
        return None;
    };
    let way = renewal.back_to(&address.again());
    let page = handing_on(settings, headers, &renewal, address.token()?, &way);
    Some(keeping(cookie, page))
}

fn back(to: &str) -> Response {
    (StatusCode::SEE_OTHER, location(to)).into_response()
}

fn handing_on(
    settings: &Settings,
    headers: &HeaderMap,
    renewal: &Renewal,
    token: &str,
    way: &str,
) -> Response {
    let reading = reading(settings, headers);
    let page = RenewedPage::new(renewal.address.room(), token, way, &reading);
    openable(answer(StatusCode::OK, "renewed", &reading, &page))
}

/// The call's window must be able to hear of this one, which it has opened; the script speaks to our own origin alone.
pub(crate) fn openable(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("unsafe-none"),
    );
    response
}
