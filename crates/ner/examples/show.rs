fn main() {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        for m in thiap_ner::extract(&line) {
            println!("{:?} {} {:?}", m.entity_type, m.span.slice(&line).unwrap(), m.value);
        }
        println!("{:?}", thiap_ner::area_codes(&line).iter().map(|c| c.number()).collect::<Vec<_>>());
    }
}
