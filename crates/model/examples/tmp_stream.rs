use std::{
    env,
    fs::{self, File},
    io::{Read, Write},
    sync::Arc,
    time::Instant,
};
use tabwright_model::{Bundle, ScoreStream, Scorer};
fn main() {
    let a: Vec<String> = env::args().collect();
    for _ in 0..a[4].parse::<usize>().unwrap() {
        let start = Instant::now();
        let p = Bundle::from_zip(&fs::read(&a[1]).unwrap())
            .unwrap()
            .pipeline;
        let mut s = ScoreStream::new(Arc::new(Scorer::new(Arc::new(p))), &[]);
        let mut f = File::open(&a[2]).unwrap();
        let mut o = File::create(&a[3]).unwrap();
        let mut slice = vec![0; a.get(5).map_or(256, |x| x.parse::<usize>().unwrap()) << 10];
        let mut out = Vec::new();
        loop {
            let n = f.read(&mut slice).unwrap();
            if n == 0 {
                break;
            }
            s.push(&slice[..n], &mut out).unwrap();
            o.write_all(&out).unwrap();
            out.clear();
        }
        s.finish(&mut out).unwrap();
        o.write_all(&out).unwrap();
        println!("{:.3}", start.elapsed().as_secs_f64());
    }
}
