use bytes::Bytes;
use yagura::decode;
#[test]
fn dump() {
    let Ok(list) = std::env::var("DUMP") else { return };
    for p in list.split(',') {
        let b = Bytes::from(std::fs::read(format!("/work/shared/data/{p}")).unwrap());
        for r in decode::records(&b).into_iter().flatten().take(1) {
            println!("=== {p}\n{:#?}", decode::finding(&r).unwrap());
            let d = decode::detail(r.format, &r.json).unwrap();
            let rest = serde_json::to_string_pretty(&d.rest).unwrap();
            println!("{:#?}\nREST {rest}", yagura::model::Detail { rest: serde_json::Value::Null, ..d });
        }
    }
}
