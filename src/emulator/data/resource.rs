//! Resources: what findings are about. The n-th resource of a kind in an account and Region is always the same one,
//! so that several findings meet on it, as they do in a real account.

use super::org::Account;
use super::rng::{Rng, hash, mix2};

/// How the identifier of a resource looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// A prefix and 17 hex digits: `i-0abc...`.
    Hex(&'static str),
    /// A UUID: keys.
    Uuid,
    /// What its team called it.
    Named,
}

/// A kind of resource: ASFF's type, its ARN (`{r}` Region, `{a}` account, `{i}` identifier), and how it is named.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) word: &'static str,
    pub(crate) asff: &'static str,
    arn: &'static str,
    naming: Naming,
}

const fn kind(word: &'static str, asff: &'static str, arn: &'static str, naming: Naming) -> Kind {
    Kind { word, asff, arn, naming }
}

use Naming::{Hex, Named, Uuid};

static KINDS: [Kind; 41] = [
    kind("account", "AwsAccount", "AWS::::Account:{a}", Named),
    kind("bucket", "AwsS3Bucket", "arn:aws:s3:::{i}", Named),
    kind("s3-object", "AwsS3Object", "arn:aws:s3:::{i}/incoming/report.bin", Named),
    kind("user", "AwsIamUser", "arn:aws:iam::{a}:user/{i}", Named),
    kind("access-key", "AwsIamAccessKey", "AWS::IAM::AccessKey:{i}", Named),
    kind("role", "AwsIamRole", "arn:aws:iam::{a}:role/{i}", Named),
    kind("policy", "AwsIamPolicy", "arn:aws:iam::{a}:policy/{i}", Named),
    kind("certificate", "AwsCertificateManagerCertificate", "arn:aws:acm:{r}:{a}:certificate/{i}", Uuid),
    kind("trail", "AwsCloudTrailTrail", "arn:aws:cloudtrail:{r}:{a}:trail/{i}", Named),
    kind("security-group", "AwsEc2SecurityGroup", "arn:aws:ec2:{r}:{a}:security-group/{i}", Hex("sg-0")),
    kind("vpc", "AwsEc2Vpc", "arn:aws:ec2:{r}:{a}:vpc/{i}", Hex("vpc-0")),
    kind("subnet", "AwsEc2Subnet", "arn:aws:ec2:{r}:{a}:subnet/{i}", Hex("subnet-0")),
    kind("network-acl", "AwsEc2NetworkAcl", "arn:aws:ec2:{r}:{a}:network-acl/{i}", Hex("acl-0")),
    kind("instance", "AwsEc2Instance", "arn:aws:ec2:{r}:{a}:instance/{i}", Hex("i-0")),
    kind("volume", "AwsEc2Volume", "arn:aws:ec2:{r}:{a}:volume/{i}", Hex("vol-0")),
    kind("launch-template", "AwsEc2LaunchTemplate", "arn:aws:ec2:{r}:{a}:launch-template/{i}", Hex("lt-0")),
    kind("db-instance", "AwsRdsDbInstance", "arn:aws:rds:{r}:{a}:db:{i}", Named),
    kind("db-cluster", "AwsRdsDbCluster", "arn:aws:rds:{r}:{a}:cluster:{i}", Named),
    kind("db-snapshot", "AwsRdsDbSnapshot", "arn:aws:rds:{r}:{a}:snapshot:{i}", Named),
    kind("file-system", "AwsEfsFileSystem", "arn:aws:elasticfilesystem:{r}:{a}:file-system/{i}", Hex("fs-0")),
    kind("key", "AwsKmsKey", "arn:aws:kms:{r}:{a}:key/{i}", Uuid),
    kind("api", "AwsApiGatewayRestApi", "arn:aws:apigateway:{r}::/restapis/{i}", Named),
    kind(
        "asg",
        "AwsAutoScalingAutoScalingGroup",
        "arn:aws:autoscaling:{r}:{a}:autoScalingGroup::autoScalingGroupName/{i}",
        Named,
    ),
    kind("distribution", "AwsCloudFrontDistribution", "arn:aws:cloudfront::{a}:distribution/{i}", Named),
    kind("build", "AwsCodeBuildProject", "arn:aws:codebuild:{r}:{a}:project/{i}", Named),
    kind("dms", "AwsDmsReplicationInstance", "arn:aws:dms:{r}:{a}:rep:{i}", Named),
    kind("table", "AwsDynamoDbTable", "arn:aws:dynamodb:{r}:{a}:table/{i}", Named),
    kind("repository", "AwsEcrRepository", "arn:aws:ecr:{r}:{a}:repository/{i}", Named),
    kind("image", "AwsEcrContainerImage", "arn:aws:ecr:{r}:{a}:repository/{i}/sha256:4b2c9d", Named),
    kind("ecs-service", "AwsEcsService", "arn:aws:ecs:{r}:{a}:service/main/{i}", Named),
    kind("ecs-task", "AwsEcsTask", "arn:aws:ecs:{r}:{a}:task/main/{i}", Uuid),
    kind("cluster", "AwsEksCluster", "arn:aws:eks:{r}:{a}:cluster/{i}", Named),
    kind(
        "load-balancer",
        "AwsElbv2LoadBalancer",
        "arn:aws:elasticloadbalancing:{r}:{a}:loadbalancer/app/{i}/50dc6c495c0c9188",
        Named,
    ),
    kind("cache", "AwsElastiCacheCacheCluster", "arn:aws:elasticache:{r}:{a}:cluster:{i}", Named),
    kind("function", "AwsLambdaFunction", "arn:aws:lambda:{r}:{a}:function:{i}", Named),
    kind("domain", "AwsOpenSearchServiceDomain", "arn:aws:es:{r}:{a}:domain/{i}", Named),
    kind("redshift", "AwsRedshiftCluster", "arn:aws:redshift:{r}:{a}:cluster:{i}", Named),
    kind("secret", "AwsSecretsManagerSecret", "arn:aws:secretsmanager:{r}:{a}:secret:{i}", Named),
    kind("topic", "AwsSnsTopic", "arn:aws:sns:{r}:{a}:{i}", Named),
    kind("queue", "AwsSqsQueue", "arn:aws:sqs:{r}:{a}:{i}", Named),
    kind("web-acl", "AwsWafv2WebAcl", "arn:aws:wafv2:{r}:{a}:regional/webacl/{i}/a1b2c3", Named),
];

const STEMS: [&str; 20] = [
    "api", "ledger", "checkout", "front", "worker", "batch", "etl", "reports", "cache", "auth", "gateway", "events",
    "assets", "uploads", "exports", "backup", "ci", "metrics", "notebook", "bastion",
];
const PEOPLE: [&str; 12] = [
    "alejandro.rosalez",
    "akua.mansa",
    "ana.carolina.silva",
    "arnav.desai",
    "carlos.salazar",
    "diego.ramirez",
    "jane.doe",
    "li.juan",
    "mary.major",
    "nikki.wolf",
    "saanvi.sarkar",
    "zhang.wei",
];
const OWNERS: [&str; 6] = ["platform", "backend", "data", "security", "growth", "sre"];

impl Kind {
    /// The kind that the tables call so; the account itself for a word that no table uses.
    pub(crate) fn from_word(word: &str) -> &'static Self {
        KINDS.iter().find(|kind| kind.word == word).unwrap_or(&KINDS[0])
    }

    /// IAM's resources belong to no Region.
    pub(crate) fn arn_is_global(&self) -> bool {
        self.arn.starts_with("arn:aws:iam:") || self.word == "access-key"
    }

    /// One of these in an account and Region: controls on it have one finding there, not one a resource.
    pub(crate) fn is_account(&self) -> bool {
        self.word == "account"
    }
}

/// One resource, as findings name it.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) kind: &'static Kind,
    /// `i-0abc...`, `payments-ledger-3`.
    pub(crate) id: String,
    pub(crate) arn: String,
    /// The `Name` tag.
    pub(crate) name: String,
    pub(crate) owner: &'static str,
    /// For details that belong to the resource alone.
    pub(crate) word: u64,
}

impl Resource {
    /// The `n`-th resource of a kind in an account and Region.
    pub(crate) fn new(kind: &'static Kind, account: &Account, region: &str, n: u32) -> Self {
        let word = mix2(hash(&account.id) ^ hash(region).rotate_left(17) ^ hash(kind.word), u64::from(n));
        let mut rng = Rng::new(word, 1);
        let stem = *rng.pick(&STEMS);
        let owner = *rng.pick(&OWNERS);
        let serial = n + 1;
        let name = match kind.word {
            "user" => format!("{}{}", rng.pick(&PEOPLE), if n == 0 { String::new() } else { format!("-{serial}") }),
            "access-key" => key_id(word),
            "bucket" | "s3-object" => format!("{}-{stem}-{}-{serial}", account.name, short(region)),
            _ => format!("{}-{stem}-{serial}", account.team),
        };
        let id = match kind.naming {
            Hex(prefix) => format!("{prefix}{word:016x}"),
            Uuid => uuid(word, mix2(word, 7)),
            Named => name.clone(),
        };
        let arn = kind.arn.replace("{r}", region).replace("{a}", &account.id).replace("{i}", &id);
        Self { kind, id, arn, name, owner, word }
    }

    pub(crate) fn rng(&self) -> Rng {
        Rng::new(self.word, 2)
    }
}

/// A person who works there.
pub(crate) fn person(rng: &mut Rng) -> &'static str {
    rng.pick::<&str>(&PEOPLE)
}

/// An access key id of the form that AWS's documentation uses; it opens nothing.
pub(crate) fn key_id(word: u64) -> String {
    let mut rng = Rng::new(word, 3);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let tail: String = (0..9).map(|_| char::from(*rng.pick(letters))).collect();
    format!("AKIA{tail}EXAMPLE")
}

/// A version 4 UUID from two words.
pub(crate) fn uuid(a: u64, b: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        (b >> 48) & 0x3fff | 0x8000,
        b & 0xffff_ffff_ffff
    )
}

/// `use1` for `us-east-1`.
pub(crate) fn short(region: &str) -> String {
    let mut parts = region.split('-');
    let (area, side, number) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    format!("{area}{}{number}", side.chars().next().unwrap_or('x'))
}

#[cfg(test)]
mod tests {
    use super::super::org::Org;
    use super::*;

    #[test]
    fn a_resource_is_always_the_same_one() {
        let org = Org::new(7, 24);
        let make = |word, n| Resource::new(Kind::from_word(word), org.account(3), "eu-west-1", n);
        assert_eq!(make("instance", 2).arn, make("instance", 2).arn);
        assert_ne!(make("instance", 2).arn, make("instance", 3).arn);
        assert!(make("instance", 0).id.starts_with("i-0"));
        assert_eq!(make("account", 0).arn, "AWS::::Account:123456789012");
        assert_eq!(make("access-key", 0).id.len(), 20);
    }

    #[test]
    fn uuids_look_like_uuids() {
        let id = uuid(u64::MAX, u64::MAX);
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
    }
}
