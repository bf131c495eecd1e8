//! Reads a page as a tree, and refuses everything of HTML that two browsers could read in two ways.
//!
//! In: the page. Out: its elements and texts, references undone. What it takes is a small part of HTML: every attribute
//! in double quotes, every element closed, no comment, no `<` or `&` that is not markup. A page in this part means the
//! same to every parser, so that what holds for the tree holds for the browser.

/// Elements that have no end tag.
const VOID: [&str; 1] = ["meta"];

/// An element; the page itself is one without a name.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// The tree of a page.
pub(super) fn page(page: &str) -> Element {
    let mut rest = page.strip_prefix("<!doctype html>\n").expect("a doctype");
    let mut open = vec![Element::default()];
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        put(&mut open, Node::Text(unescaped(text)));
        if let Some(end) = tag.strip_prefix("</") {
            let (name, after) = end.split_once('>').expect("an end tag that ends");
            let closed = open.pop().unwrap();
            assert_eq!(closed.name, name, "</{name}> closes <{}>", closed.name);
            put(&mut open, Node::Element(closed));
            rest = after;
            continue;
        }
        let (element, closed, after) = start(tag.trim_start_matches('<'));
        rest = after;
        if element.name == "style" {
            let (style, after) = rest.split_once("</style>").expect("a style that ends");
            let children = vec![Node::Text(style.to_owned())];
            put(&mut open, Node::Element(Element { children, ..element }));
            rest = after;
        } else if closed || VOID.contains(&element.name.as_str()) {
            put(&mut open, Node::Element(element));
        } else {
            open.push(element);
        }
    }
    put(&mut open, Node::Text(unescaped(rest)));
    assert_eq!(open.len(), 1, "<{}> is not closed", open.last().unwrap().name);
    open.pop().unwrap()
}

fn put(open: &mut [Element], node: Node) {
    if !matches!(&node, Node::Text(text) if text.is_empty()) {
        open.last_mut().expect("an end tag too many").children.push(node);
    }
}

/// A start tag behind its `<`: the element, whether it closes itself, and what follows.
fn start(text: &str) -> (Element, bool, &str) {
    let name_end = text.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag that ends");
    let (name, mut rest) = text.split_at(name_end);
    assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "<{name} is no tag");
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return (element, false, after);
        }
        if let Some(after) = rest.strip_prefix("/>") {
            return (element, true, after);
        }
        let attribute = rest.strip_prefix(' ').unwrap_or_else(|| panic!("<{name} goes on with {rest:.20}"));
        let (key, value) = attribute.split_once("=\"").expect("an attribute with a quoted value");
        let key_is_ours = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        assert!(key_is_ours, "{key:?} is no attribute");
        let (value, after) = value.split_once('"').expect("a value that ends");
        assert!(!value.contains('<'), "markup in a value: {value}");
        assert!(!element.attributes.iter().any(|(other, _)| other == key), "{key} twice");
        element.attributes.push((key.to_owned(), unescaped(value)));
        rest = after;
    }
}

/// The text of the five references that we write; any other is refused, and so is a bare `&` or `>`.
fn unescaped(text: &str) -> String {
    assert!(!text.contains('>'), "a bare > in {text}");
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (reference, rest) = part.split_once(';').unwrap_or_else(|| panic!("a bare & in {text}"));
        out.push_str(match reference {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "#39" => "'",
            other => panic!("&{other}; is not ours"),
        });
        out.push_str(rest);
    }
    out
}

impl Element {
    pub(super) fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split(' ').any(|other| other == class))
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Every element below this one, in the page's order.
    pub(super) fn all(&self) -> Vec<&Element> {
        self.elements().flat_map(|element| std::iter::once(element).chain(element.all())).collect()
    }

    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.all().into_iter().filter(move |element| element.name == name)
    }

    pub(super) fn classed<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Element> {
        self.all().into_iter().filter(move |element| element.has_class(class))
    }

    /// The text right in it, without that of the elements in it.
    pub(super) fn own_text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }

    /// All text below it.
    pub(super) fn text(&self) -> String {
        let texts = self.children.iter().map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        });
        texts.collect()
    }

    /// The elements with their attributes, without what is text: two pages with the same outline differ in words alone.
    pub(super) fn outline(&self) -> String {
        let mut outline = String::new();
        for element in self.elements() {
            outline.push('<');
            outline.push_str(&element.name);
            for (key, value) in &element.attributes {
                outline.push(' ');
                outline.push_str(key);
                // These two quote findings: the address of the console, and the name that the eye sees cut.
                if !matches!(key.as_str(), "href" | "title") {
                    outline.push('=');
                    outline.push_str(value);
                }
            }
            outline.push('>');
            outline.push_str(&element.outline());
            outline.push_str("</>");
        }
        outline
    }
}
