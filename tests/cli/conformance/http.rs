//! HTTP/1.1 over a bare connection: a test has to be able to send half a request, and to see every byte.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long an answer may take before a check is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request before it is sent.
#[derive(Clone, Debug)]
pub(super) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    chunked: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// From the first byte sent to the last one read.
    pub(super) took: Duration,
}

/// One connection, which may serve several requests.
#[derive(Debug)]
pub(super) struct Connection(BufReader<TcpStream>);

impl Request {
    pub(super) fn new(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { method, path, headers: Vec::new(), body: None, chunked: false }
    }

    pub(super) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A POST of JSON.
    pub(super) fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", path).header("Content-Type", "application/json").body(body)
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The length of the body is not told in advance.
    pub(super) fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// The head, and the body as it goes over the wire.
    fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let mut body = self.body.clone().unwrap_or_default();
        if self.chunked {
            head += "Transfer-Encoding: chunked\r\n";
            let mut framed = Vec::new();
            for chunk in body.chunks(256) {
                framed.extend(format!("{:x}\r\n", chunk.len()).bytes());
                framed.extend(chunk);
                framed.extend(b"\r\n");
            }
            framed.extend(b"0\r\n\r\n");
            body = framed;
        } else if self.body.is_some() {
            let _ = write!(head, "Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        (head.into_bytes(), body)
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The media type, without its parameters, in lower case.
    pub(super) fn media_type(&self) -> String {
        let value = self.header("Content-Type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether nothing else may be asked on this connection.
    pub(super) fn closes(&self) -> bool {
        self.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

impl Connection {
    pub(super) fn open(address: impl Into<SocketAddr>) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address.into(), PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Sends the head and half of the body; the result is the other half.
    pub(super) fn begin(&mut self, request: &Request) -> io::Result<Vec<u8>> {
        let (head, mut body) = request.bytes();
        let rest = body.split_off(body.len() / 2);
        self.send(&[head, body].concat())?;
        Ok(rest)
    }

    pub(super) fn ask(&mut self, request: &Request) -> io::Result<Answer> {
        let started = Instant::now();
        let (head, body) = request.bytes();
        // A refused body is answered before it is read: the answer counts, not the end of the sending.
        let sent = self.send(&head).and_then(|()| self.send(&body));
        let answer = self.answer(started, request.method == "HEAD");
        answer.map_err(|error| sent.err().unwrap_or(error))
    }

    /// Reads the answer to what was sent.
    pub(super) fn read(&mut self) -> io::Result<Answer> {
        self.answer(Instant::now(), false)
    }

    fn answer(&mut self, started: Instant, without_body: bool) -> io::Result<Answer> {
        let mut answer = read_answer(&mut self.0, without_body)?;
        answer.took = started.elapsed();
        Ok(answer)
    }
}

/// Reads one answer, informational ones skipped, and leaves what follows it.
fn read_answer(reader: &mut impl BufRead, without_body: bool) -> io::Result<Answer> {
    loop {
        let (status, headers) = read_head(reader)?;
        if (100..200).contains(&status) {
            continue;
        }
        let mut answer = Answer { status, headers, body: Vec::new(), took: Duration::ZERO };
        let length = answer.header("Content-Length").map(str::parse::<usize>);
        if without_body || status == 204 || status == 304 {
        } else if answer.header("Transfer-Encoding").is_some_and(|coding| coding == "chunked") {
            answer.body = read_chunks(reader)?;
        } else if let Some(length) = length {
            answer.body = vec![0; length.map_err(|_| wrong("the Content-Length is no number"))?];
            reader.read_exact(&mut answer.body)?;
        } else if answer.closes() {
            reader.read_to_end(&mut answer.body)?;
        } else {
            return Err(wrong("nothing says where the body ends"));
        }
        return Ok(answer);
    }
}

fn read_head(reader: &mut impl BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let line = read_line(reader)?;
    let mut words = line.split(' ');
    let (Some("HTTP/1.1"), Some(Ok(status))) = (words.next(), words.next().map(str::parse)) else {
        return Err(wrong(&format!("no status line: {line:?}")));
    };
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| wrong(&format!("no header: {line:?}")))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| wrong(&format!("no chunk size: {line:?}")))?;
        if size == 0 {
            // Trailers end as headers do, with an empty line.
            while !read_line(reader)?.is_empty() {}
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        if !read_line(reader)?.is_empty() {
            return Err(wrong("a chunk is longer than it says"));
        }
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the connection was closed without an answer",
        ));
    }
    line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| wrong("a line does not end with CR LF"))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Answer, String> {
        read_answer(&mut text.as_bytes(), false).map_err(|error| error.to_string())
    }

    #[test]
    fn a_body_ends_where_its_length_says() {
        let mut reader =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n".as_bytes();
        assert_eq!(read_answer(&mut reader, false).unwrap().text(), "ok");
        assert_eq!(read_answer(&mut reader, false).unwrap().status, 204);
        assert!(reader.is_empty());
    }

    #[test]
    fn chunks_are_joined_and_trailers_skipped() {
        let answer = read(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
        );
        assert_eq!(answer.unwrap().text(), "ab0123456789");
    }

    #[test]
    fn what_is_informational_is_no_answer() {
        let answer = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(answer.unwrap().status, 201);
    }

    #[test]
    fn without_a_length_the_body_ends_with_the_connection() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall").unwrap().text(), "all");
        assert_eq!(read("HTTP/1.1 200 OK\r\n\r\nall").unwrap_err(), "nothing says where the body ends");
    }

    #[test]
    fn a_head_has_no_body_whatever_its_length_says() {
        let mut reader = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".as_bytes();
        assert_eq!(read_answer(&mut reader, true).unwrap().body, b"");
    }

    #[test]
    fn headers_are_found_whatever_their_case_and_types_lose_their_parameters() {
        let answer =
            read("HTTP/1.1 200 OK\r\nCONTENT-TYPE: Text/Plain; charset=utf-8\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
        assert_eq!(answer.header("content-type"), Some("Text/Plain; charset=utf-8"));
        assert_eq!(answer.media_type(), "text/plain");
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for (text, told) in [
            ("", "the connection was closed without an answer"),
            ("HTTP/1.1 200 OK\n\n", "a line does not end with CR LF"),
            ("SSH-2.0\r\n\r\n", "no status line: \"SSH-2.0\""),
            ("HTTP/1.1 200 OK\r\nnothing\r\n\r\n", "no header: \"nothing\""),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                "a line does not end with CR LF",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error == told || error.contains("chunk"), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_request_is_written_whole_or_in_chunks() {
        let request = Request::post("/v1/orders", "{}");
        let (head, body) = request.bytes();
        assert_eq!(
            String::from_utf8(head).unwrap(),
            "POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
        );
        assert_eq!(body, b"{}");
        assert_eq!(request.chunked().bytes().1, b"2\r\n{}\r\n0\r\n\r\n");
    }
}
