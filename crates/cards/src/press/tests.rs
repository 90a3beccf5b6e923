use serde_json::{Map, Value, json};

use super::{
    FaultKind::{
        Missing, NotAChoice, NotADate, NotANumber, NotATime, OutOfRange, Pattern, TooLong,
        WrongType,
    },
    *,
};

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_button_is_found_by_its_id_and_by_its_place() {
    let card = json!({ "type": "AdaptiveCard", "body": [
        { "type": "ActionSet", "actions": [
            { "type": "Action.Execute", "title": "Go", "verb": "liaison.httpPost",
              "data": { "liaisonAction": "h1" } } ] } ],
        "actions": [
            { "type": "Action.OpenUrl", "url": "https://example.test" },
            { "type": "Action.Submit", "title": "Send", "data": { "a": 1 } },
            { "type": "Action.Submit", "title": "Asleep", "isEnabled": false } ] });
    let all: Vec<String> = buttons(&card).into_iter().map(|button| button.pointer).collect();
    assert_eq!(all, ["/body/0/actions/0", "/actions/1"]);
    assert_eq!(find(&card, "h1").unwrap().kind, ButtonKind::HttpPost("h1"));
    assert_eq!(find(&card, "/actions/1").unwrap().title, "Send");
    for id in
        ["h2", "", "/actions/0", "/actions/2", "/actions/9", "/actions", "/actions/1/data", "/"]
    {
        assert!(find(&card, id).is_none(), "{id}");
    }
}

#[test]
fn a_button_in_the_data_of_another_is_none() {
    let inner = json!({ "type": "Action.Submit" });
    let card = json!({ "type": "AdaptiveCard",
        "actions": [{ "type": "Action.Submit", "data": inner }], "refresh": { "action": inner } });
    assert_eq!(buttons(&card).len(), 1);
    assert!(find(&card, "/actions/0/data").is_none());
    assert!(find(&card, "/refresh/action").is_none());
}

#[test]
fn questions_are_those_of_the_card_and_of_the_cards_around_it() {
    let show = |id: &str| {
        json!({ "type": "Action.ShowCard", "card": { "type": "AdaptiveCard",
            "body": [{ "type": "Input.Text", "id": id }],
            "actions": [{ "type": "Action.Submit", "title": id }] } })
    };
    let card = json!({ "type": "AdaptiveCard",
        "body": [{ "type": "Container", "items": [{ "type": "Input.Number", "id": "root" }] },
                 { "type": "ActionSet", "actions": [show("inner")] }],
        "actions": [show("one"), show("two"), { "type": "Action.Submit", "title": "top" },
            { "type": "Action.Submit", "title": "none", "associatedInputs": "None" }] });
    let asked = |id: &str| -> Vec<String> {
        find(&card, id).unwrap().asked.iter().map(|asked| asked.id.to_owned()).collect()
    };
    assert_eq!(asked("/actions/0/card/actions/0"), ["one", "root"]);
    assert_eq!(asked("/body/1/actions/0/card/actions/0"), ["inner", "root"]);
    assert_eq!(asked("/actions/2"), ["root"]);
    assert!(asked("/actions/3").is_empty());
}

#[test]
fn every_kind_of_answer_is_judged() {
    let inputs = json!([
        { "type": "Input.Text", "id": "t", "maxLength": 5, "regex": "^[a-z]\\d" , "errorMessage": "x1" },
        { "type": "Input.Number", "id": "n", "min": 1, "max": 10.5 },
        { "type": "Input.Date", "id": "d", "min": "2026-01-01", "max": "2026-12-31" },
        { "type": "Input.Time", "id": "z", "max": "18:00" },
        { "type": "Input.Toggle", "id": "g", "title": "G", "isRequired": true, "valueOn": "yes", "valueOff": "no" },
        { "type": "Input.ChoiceSet", "id": "c", "choices": [{ "title": "A", "value": "a" }, { "title": "B", "value": "b,c" }] },
        { "type": "Input.ChoiceSet", "id": "m", "isMultiSelect": true,
          "choices": [{ "title": "A", "value": "a" }, { "title": "B", "value": "b,c" }] },
        { "type": "Input.ChoiceSet", "id": "o", "choices.data": { "type": "Data.Query", "dataset": "x" } },
    ]);
    let card =
        json!({ "type": "AdaptiveCard", "body": inputs, "actions": [{ "type": "Action.Submit" }] });
    let button = find(&card, "/actions/0").unwrap();
    assert_eq!(button.asked.len(), 8);
    let good = json!({ "t": "a1", "n": 10.5, "d": "2026-02-28", "z": "17:59", "g": "yes", "c": "b,c",
        "m": ["a", "b,c"], "o": "whatever", "unasked": "left out" });
    let passed = check(&button.asked, &map(&good)).unwrap();
    assert_eq!(passed.iter().find(|(id, _)| id == "m").unwrap().1, "a,b,c");
    assert!(!passed.iter().any(|(id, _)| id == "unasked"));
    for (id, answer, kind) in [
        ("t", json!("a12345"), TooLong),
        ("t", json!("é🙂🙂1"), TooLong),
        ("t", json!("11"), Pattern),
        ("t", json!({ "a": 1 }), WrongType),
        ("n", json!("10.6"), OutOfRange),
        ("n", json!("ten"), NotANumber),
        ("n", json!("NaN"), NotANumber),
        ("n", json!("1e999"), NotANumber),
        ("d", json!("2026-02-30"), NotADate),
        ("d", json!("2026-2-3"), NotADate),
        ("d", json!("2027-01-01"), OutOfRange),
        ("z", json!("24:00"), NotATime),
        ("z", json!("18:01"), OutOfRange),
        ("g", json!("no"), Missing),
        ("g", json!(""), Missing),
        ("g", json!("perhaps"), NotAChoice),
        ("c", json!("b"), NotAChoice),
        ("c", json!("a,b,c"), NotAChoice),
        ("m", json!("a,b"), NotAChoice),
        ("m", json!([1]), WrongType),
    ] {
        let mut given = map(&good);
        given.insert(id.to_owned(), answer.clone());
        let faults = check(&button.asked, &given).unwrap_err();
        assert_eq!(faults.len(), 1, "{id} {answer}");
        assert_eq!((faults[0].id.as_str(), faults[0].kind), (id, kind), "{answer}");
    }
    let faults = check(&button.asked, &map(&json!({ "g": "yes", "t": "!" }))).unwrap_err();
    assert_eq!(faults[0].message.as_deref(), Some("x1"));
    assert!(check(&button.asked, &map(&json!({ "g": "yes", "t": "", "n": null }))).is_ok());
}

#[test]
fn a_hostile_pattern_costs_nothing() {
    for (pattern, text) in [
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".repeat(50)),
        ("((((a{1,200}){1,200}){1,200}){1,200})", "a".repeat(100)),
        ("(?=look)ahead", "x".to_owned()),
        ("[", "x".to_owned()),
        (&"(".repeat(900), "x".to_owned()),
        ("\\", "x".to_owned()),
    ] {
        let card = json!({ "type": "AdaptiveCard", "actions": [{ "type": "Action.Submit" }],
            "body": [{ "type": "Input.Text", "id": "t", "regex": pattern }] });
        let begun = std::time::Instant::now();
        drop(check(&find(&card, "/actions/0").unwrap().asked, &map(&json!({ "t": text }))));
        assert!(begun.elapsed().as_secs() < 2, "{pattern}");
    }
}

#[test]
fn patterns_of_the_page_mean_the_same_here() {
    for (pattern, text, passes) in [
        ("\\d{2}", "a42b", true),
        ("^\\d+$", "٤٢", false),
        ("^[\\w.]+@[\\w.]+$", "a.b@c.example", true),
        ("^[[a]$", "[", true),
        ("^[a&&b]+$", "a&b", true),
        ("^\\/x$", "/x", true),
    ] {
        let card = json!({ "type": "AdaptiveCard", "actions": [{ "type": "Action.Submit" }],
            "body": [{ "type": "Input.Text", "id": "t", "regex": pattern }] });
        let found = find(&card, "/actions/0").unwrap();
        assert_eq!(check(&found.asked, &map(&json!({ "t": text }))).is_ok(), passes, "{pattern}");
    }
}

#[test]
fn answers_are_escaped_by_the_place_where_they_stand() {
    let given = answers(&[("c", "a\"b\\\n\u{1}</x>"), ("n", "4"), ("i", "1, \"admin\": true")]);
    let known = ["c", "n", "i", "unset"];
    let json = r#"{"c":"{{c.value}}","n":{{n.value}},"i":{{ i.value }},"u":{{unset.value}},"k":"{{other.value}}"}"#;
    let filled = fill(json, &known, &given, Escape::Json);
    let read: Value = serde_json::from_str(&filled).unwrap();
    assert_eq!(
        read,
        json!({ "c": "a\"b\\\n\u{1}</x>", "n": 4, "i": "1, \"admin\": true", "u": null, "k": "{{other.value}}" })
    );
    let form = fill("c={{c.value}}&n={{n.value}}&e={{unset.value}}", &known, &given, Escape::Form);
    assert_eq!(form, "c=a%22b%5C%0A%01%3C%2Fx%3E&n=4&e=");
    assert_eq!(
        fill("<c>{{c.value}}</c>", &known, &given, Escape::Xml),
        "<c>a&quot;b\\\n&lt;/x&gt;</c>"
    );
    assert_eq!(fill("{{c.value}}", &known, &given, Escape::Plain), "a\"b\\\n</x>");
    assert_eq!(fill("{{{{n.value}}", &known, &given, Escape::Plain), "{{4");
    assert_eq!(fill("{{n.value", &known, &given, Escape::Plain), "{{n.value");
}

#[test]
fn an_answer_never_reaches_scheme_host_or_path() {
    let given = answers(&[("h", "evil.example/&x=1#y")]);
    let address = "https://{{h.value}}/p/{{h.value}}?a={{h.value}}&b=1#{{h.value}}";
    assert_eq!(
        fill_query(address, &["h"], &given),
        "https://{{h.value}}/p/{{h.value}}?a=evil.example%2F%26x%3D1%23y&b=1#{{h.value}}"
    );
    assert_eq!(fill_query("https://x#?{{h.value}}", &["h"], &given), "https://x#?{{h.value}}");
}

#[test]
fn an_answer_is_never_read_as_a_template() {
    let given = answers(&[("a", "{{b.value}}"), ("b", "secret")]);
    assert_eq!(fill("{{a.value}}", &["a", "b"], &given, Escape::Plain), "{{b.value}}");
}

#[test]
fn escapes_follow_the_media_type() {
    for (kind, escape) in [
        ("application/json; charset=utf-8", Escape::Json),
        ("application/vnd.x+JSON", Escape::Json),
        ("application/x-www-form-urlencoded", Escape::Form),
        ("text/xml", Escape::Xml),
        ("text/plain", Escape::Plain),
    ] {
        assert_eq!(Escape::of(kind), escape, "{kind}");
    }
}

#[test]
fn the_questions_of_a_request_are_named_as_the_card_names_them() {
    let question =
        |kind: &str, id: &str| json!({ "@type": kind, "id": id, "title": id, "includeTime": true });
    let card = |inputs: Value| {
        json!({ "@type": "ActionCard", "name": "c", "inputs": inputs,
            "actions": [{ "@type": "HttpPOST", "name": "go", "target": "https://example.test" }] })
    };
    let body = json!({ "text": "x",
        "potentialAction": [card(json!([question("TextInput", "a"), question("DateInput", "when")]))],
        "sections": [{ "text": "s", "potentialAction": [
            card(json!([question("TextInput", "a"), question("TextInput", "when-time")])),
            { "@type": "HttpPOST", "name": "bare", "target": "https://example.test" } ] }] });
    let body = body.to_string();
    let post = crate::parse(body.as_bytes(), None).unwrap();
    let shown = crate::to_adaptive(&post);
    let ids = |number: &str| -> Vec<String> {
        let press = post.http_press(number).unwrap();
        press.fields.into_iter().flat_map(|field| [Some(field.id), field.time]).flatten().collect()
    };
    for number in ["h1", "h2", "h3"] {
        let asked: Vec<String> =
            find(&shown, number).unwrap().asked.iter().map(|asked| asked.id.to_owned()).collect();
        assert_eq!(ids(number), asked, "{number}");
    }
    assert_eq!(ids("h3"), ["a-2", "when", "when-time-2"]);
    assert_eq!(post.http_press("h3").unwrap().fields[0].name, "a");
    assert!(post.http_press("h4").is_none());
}
