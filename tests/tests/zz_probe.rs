use firebreak_tests::scenes::Wide;
#[test]
fn probe() {
    let mut s = Wide::new(1, 0);
    s.w.crash(98_00000000, 5);
    let m = s.w.settle(&s.stranger, &s.holder, 0).unwrap();
    for l in m.logs {
        println!("{l}");
    }
    let m = s.w.settle(&s.holder, &s.holder, 0).unwrap();
    println!("owner {}", m.compute_units_consumed);
}
