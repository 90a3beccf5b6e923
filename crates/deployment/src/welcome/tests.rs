//! What a message may hold, and what comes of it.

use super::*;

fn template(subject: &str, body: &str) -> Template {
    Template { subject: subject.to_owned(), body: body.to_owned() }
}

fn codes(template: Template) -> Vec<(String, &'static str)> {
    let error = template.check().unwrap_err();
    let Error::Invalid { fields } = error else { panic!("{error}") };
    fields.iter().map(|field| (field.pointer.to_string(), field.code)).collect()
}

const ADA: Values<'_> =
    Values { name: "Ada <script>", hub: "Contoso", link: "https://hub.test/", sender: "Bo\r\nBcc" };

#[test]
fn the_four_names_are_replaced_and_what_stands_in_their_place_is_not_read_again() {
    let checked = template(" {{name}}: {{ hub }} ", "Hi {{ name }},\r\n{{ sender }}\n\n{{link}}");
    let written = checked.check().unwrap().write(&ADA);
    assert_eq!(written.subject, "Ada <script>: Contoso");
    assert!(written.text.starts_with("Hi Ada <script>,\n"), "{}", written.text);
    assert!(written.html.contains("<p>Hi Ada &lt;script&gt;,<br>"), "{}", written.html);
    let link = "<p><a href=\"https://hub.test/\">https://hub.test/</a></p>";
    assert!(written.html.contains(link), "{}", written.html);
    let sly = Values { name: "{{ sender }}", ..ADA };
    let written = template("{{ name }}", "x").check().unwrap().write(&sly);
    assert_eq!(written.subject, "{{ sender }}");
}

#[test]
fn what_is_hostile_or_mistaken_is_refused_with_its_place() {
    let found = codes(template("{{ nam }}", "{{ name"));
    let open = ("/body".to_owned(), "deployment.placeholder_open");
    assert_eq!(found, [("/subject".to_owned(), "deployment.placeholder_unknown"), open]);
    for subject in ["", " \u{7} ", &"x".repeat(MAX_SUBJECT + 1)] {
        assert_eq!(
            codes(template(subject, "x")),
            [("/subject".to_owned(), "deployment.welcome_length")]
        );
    }
    for body in [String::new(), "x".repeat(MAX_BODY + 1)] {
        assert_eq!(
            codes(template("x", &body)),
            [("/body".to_owned(), "deployment.welcome_length")]
        );
    }
    for body in
        ["{{{ name }}}", "{{ name.x }}", "{{}}", "{{ {{ name }} }}", "{{ Name }}", "{{\u{202e}"]
    {
        assert_eq!(codes(template("x", body)).len(), 1, "{body}");
    }
    let (_, detail) = pieces("é{{ x }}").unwrap_err();
    assert!(detail.starts_with("{{ x }} at sign 2 is none of {{ name }}, "), "{detail}");
    // a brace alone is a brace
    assert!(template("a } { b", "}} {% if %}").check().is_ok());
}

#[test]
fn what_comes_with_the_hub_has_every_name_and_no_mistake() {
    for language in Language::ALL {
        let standard = Template::standard(language);
        assert_eq!(standard.clone().check().unwrap(), standard);
        let all = format!("{}{}", standard.subject, standard.body);
        for name in NAMES {
            assert!(all.contains(&format!("{{{{ {name} }}}}")), "{language:?} {name}: {all}");
        }
    }
}
