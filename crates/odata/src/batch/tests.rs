use super::*;
use crate::{Error, Problem, limits};

const BATCH: &str = "preamble\r\n--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
GET https://example.org/api/data/v9.2/accounts?$filter=name eq 'A' and revenue gt 1 HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n\
--batch_1\r\nContent-Type: multipart/mixed; boundary=\"changeset_2\"\r\n\r\n\
--changeset_2\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nPOST /api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{\"name\":\"A\"}\r\n\
--changeset_2\r\nContent-Type: application/http\r\nContent-ID: 2\r\n\r\nPATCH $1/nav HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{ }\n\r\n\
--changeset_2--\r\n--batch_1--\r\nepilogue";

#[test]
fn a_batch_with_a_change_set_is_read() {
    let parts = multipart::requests("batch_1", BATCH.as_bytes()).unwrap();
    let Part::Single(get) = &parts[0] else { panic!() };
    assert_eq!(
        get.url,
        "https://example.org/api/data/v9.2/accounts?$filter=name eq 'A' and revenue gt 1"
    );
    assert_eq!(get.headers.value("ACCEPT"), Some("application/json"));
    assert!(get.body.is_empty());
    let Part::ChangeSet(all) = &parts[1] else { panic!() };
    assert_eq!(all[0].id.as_deref(), Some("1"));
    assert_eq!(all[0].body, b"{\"name\":\"A\"}");
    assert_eq!((all[1].method.as_str(), all[1].url.as_str()), ("PATCH", "$1/nav"));
    assert_eq!(all[1].body, b"{ }\n");
    // line ends of Unix say the same
    let unix = multipart::requests("batch_1", BATCH.replace("\r\n", "\n").as_bytes()).unwrap();
    assert_eq!(unix.len(), 2);
}

#[test]
fn what_was_read_is_written_and_read_again() {
    let parts = multipart::requests("batch_1", BATCH.as_bytes()).unwrap();
    let written = multipart::write_requests("batch_9", &parts);
    let mut again = multipart::requests("batch_9", &written).unwrap();
    // a body without a length loses the line ends behind it
    let (Part::ChangeSet(all), Part::ChangeSet(before)) = (&mut again[1], &parts[1]) else {
        panic!()
    };
    all[1].body.clone_from(&before[1].body);
    assert_eq!(again, parts);
}

#[test]
fn answers_have_words_in_their_status_lines() {
    let response = |id: &str, status, body: &[u8]| Response {
        id: Some(id.to_owned()),
        status,
        body: body.to_vec(),
        ..Response::default()
    };
    let parts = vec![
        Part::ChangeSet(vec![response("1", 204, b""), response("2", 201, b"{}")]),
        Part::Single(response("3", 404, b"{\"error\":{}}")),
    ];
    let written = multipart::write_responses("batchresponse_7", &parts);
    let text = String::from_utf8(written.clone()).unwrap();
    assert!(text.starts_with("--batchresponse_7\r\nContent-Type: multipart/mixed; boundary=changesetresponse_7_0\r\n\r\n--changesetresponse_7_0\r\n"));
    assert!(text.contains("HTTP/1.1 204 No Content\r\n\r\n\r\n--changesetresponse_7_0"));
    assert_eq!(multipart::responses("batchresponse_7", &written).unwrap(), parts);
    assert_eq!(json::responses(&json::write_responses(&parts)).unwrap(), parts);
}

#[test]
fn headers_cannot_be_smuggled_into_an_answer() {
    let evil = Response {
        id: Some("1\r\nX: y".to_owned()),
        status: 200,
        headers: Headers(vec![("A".to_owned(), "b\r\n\r\nc".to_owned())]),
        ..Response::default()
    };
    let written = multipart::write_responses("b", &[Part::Single(evil)]);
    let Part::Single(read) = &multipart::responses("b", &written).unwrap()[0] else { panic!() };
    assert_eq!(read.headers.0.len(), 1);
    assert_eq!(read.id.as_deref(), Some("1  X: y"));
}

#[test]
fn json_batches_are_read_and_written() {
    let text = r#"{"requests":[{"id":"a","method":"get","url":"accounts"},
        {"id":"b","atomicityGroup":"g","method":"POST","url":"accounts","headers":{"content-type":"application/json"},"body":{"revenue":1.10}},
        {"id":"c","atomicityGroup":"g","method":"PATCH","url":"$b","dependsOn":["b"],"body":{}},
        {"id":"d","method":"PUT","url":"x/$value","headers":{"Content-Type":"text/plain"},"body":"hello"}]}"#;
    let parts = json::requests(text.as_bytes()).unwrap();
    assert_eq!(parts.iter().map(Part::len).collect::<Vec<_>>(), [1, 2, 1]);
    let Part::ChangeSet(all) = &parts[1] else { panic!() };
    assert_eq!(all[0].body, br#"{"revenue":1.10}"#);
    let Part::Single(last) = &parts[2] else { panic!() };
    assert_eq!(last.body, b"hello");
    let mut again = json::requests(&json::write_requests(&parts)).unwrap();
    let Part::Single(last) = &mut again[2] else { panic!() };
    last.headers.0[0].0 = "Content-Type".to_owned();
    assert_eq!(again, parts);
}

#[test]
fn broken_json_says_where() {
    let at = |text: &str| json::requests(text.as_bytes()).unwrap_err();
    assert_eq!(at("{\"requests\":[\n{]}").at, 15);
    let twice =
        r#"{"requests":[{"id":"1","method":"GET","url":"a"},{"id":"1","method":"GET","url":"b"}]}"#;
    assert_eq!(at(twice), Error { at: 49, problem: Problem::Expected("an id of its own") });
    let torn = r#"{"requests":[{"id":"1","atomicityGroup":"g","method":"POST","url":"a"},{"id":"2","method":"GET","url":"b"},{"id":"3","atomicityGroup":"g","method":"POST","url":"a"}]}"#;
    assert_eq!(at(torn).problem, Problem::Expected("requests of a group behind one another"));
}

#[test]
fn what_is_no_batch_says_where() {
    let at = |text: &str| multipart::requests("b", text.as_bytes()).unwrap_err();
    assert_eq!(at("nothing").problem, Problem::Expected("the boundary"));
    assert_eq!(
        at("--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1").problem,
        Problem::Expected("the closing boundary")
    );
    assert_eq!(
        at("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--").problem,
        Problem::Expected("'application/http'")
    );
    assert_eq!(
        at("--b\r\nContent-Type: application/http\r\n\r\nGET\r\n--b--"),
        Error { at: 39, problem: Problem::Expected("a request line") }
    );
    // a change set in a change set, a batch in a batch
    let inner = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d--\r\n--c--\r\n--b--";
    assert_eq!(at(inner).problem, Problem::Expected("'application/http'"));
}

#[test]
fn there_are_bounds() {
    let one = "--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\n\r\n\r\n";
    let many = format!("{}--b--", one.repeat(limits::BATCH_REQUESTS + 1));
    assert!(matches!(
        multipart::requests("b", many.as_bytes()).unwrap_err().problem,
        Problem::Limit { of: "requests", .. }
    ));
    let headers = format!(
        "--b\r\nContent-Type: application/http\r\n{}\r\nGET a HTTP/1.1\r\n--b--",
        "X: y\r\n".repeat(200)
    );
    assert!(matches!(
        multipart::requests("b", headers.as_bytes()).unwrap_err().problem,
        Problem::Limit { of: "headers", .. }
    ));
    let url = format!(
        "--b\r\nContent-Type: application/http\r\n\r\nGET {} HTTP/1.1\r\n\r\n--b--",
        "a".repeat(limits::URL_BYTES + 1)
    );
    assert!(matches!(
        multipart::requests("b", url.as_bytes()).unwrap_err().problem,
        Problem::Limit { .. }
    ));
}

#[test]
fn boundaries_are_found() {
    let is = |kind: &str, boundary: Option<&str>| {
        assert_eq!(multipart::boundary(kind).as_deref(), boundary, "{kind}");
    };
    is("multipart/mixed; boundary=batch_1", Some("batch_1"));
    is("multipart/mixed; charset=utf-8; boundary=\"batch 1\"; x=y", Some("batch 1"));
    is("Multipart/Mixed;Boundary=a;x=y", Some("a"));
    is("multipart/form-data; boundary=a", None);
    is("multipart/mixed", None);
    is("multipart/mixed; boundary=", None);
}

#[test]
fn references_are_told_from_resources() {
    assert_eq!(reference("$1"), Some(("1", "")));
    assert_eq!(reference("$100001/nav/$ref"), Some(("100001", "/nav/$ref")));
    assert_eq!(reference("$metadata"), None);
    assert_eq!(reference("accounts"), None);
    assert_eq!(reference("$"), None);
}

#[test]
fn what_would_not_survive_a_line_is_refused() {
    let one =
        |line: &str| format!("--b\r\nContent-Type: application/http\r\n\r\n{line}\r\n\r\n--b--");
    for line in ["GET \u{0}\u{0} HTTP/1.1", "GET a\u{1}b HTTP/1.1", "GET a HTTP/1.1\r\nX: a\u{0}b"]
    {
        assert!(multipart::requests("b", one(line).as_bytes()).is_err(), "{line:?}");
    }
    let json = r#"{"requests":[{"id":"1","method":"GET","url":"a\r\nb"}]}"#;
    assert_eq!(json::requests(json.as_bytes()).unwrap_err().problem, Problem::Expected("a URL"));
}
