//! One profile, opened: its configuration, its account and its Regions.
//!
//! In: a profile's name (or none: the SDK's own chain) and the [`Settings`]. Out: a [`Session`], or what to do about it.
//! Everything the SDK honours is honoured, because the SDK reads it: environment, `~/.aws/config`, SSO,
//! `credential_process`, assumed roles, instance roles, `AWS_ENDPOINT_URL*`, the `services` section. Four things are
//! ours: retries are set here (a bad `AWS_MAX_ATTEMPTS` panics in the SDK otherwise), the chain for the Region is bounded
//! (it ends in a metadata service that may not be there), the HTTP client is shared, and a profile that is asked for by
//! name is that profile: as in the AWS CLI, keys of the environment do not take its place.

use std::sync::Arc;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::call::{CallError, Trouble};
use super::profile::{self, Origin};
use super::remedy;
use super::securityhub::Homes;
use super::settings::{Access, Settings};
use super::table::{Operation, Rate};
use crate::model::Extent;

const GET_CALLER_IDENTITY: Operation = Operation {
    name: "GetCallerIdentity",
    // Needs no permission; named for messages.
    action: "sts:GetCallerIdentity",
    rate: Rate { per_second: 10, burst: 10 },
};
/// How long the Region and the account may take before we go on without.
const PATIENCE: Duration = Duration::from_secs(5);

/// A profile that can be used.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) profile: Option<Arc<str>>,
    pub(crate) config: SdkConfig,
    /// `None` where the endpoint does not say.
    pub(crate) account: Option<Arc<str>>,
    pub(crate) regions: Vec<Arc<str>>,
    pub(crate) homes: Arc<Homes>,
    /// How far all of its sources reach.
    pub(crate) extent: Arc<Extent>,
}

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("no usable credentials for {profile}: {words}")]
    Login { profile: String, remedy: String, words: String },
    #[error("no Region for {profile}: pass --region, set AWS_REGION, or put `region` in the profile")]
    NoRegion { profile: String },
}

impl Session {
    /// Loads the profile's configuration and asks who it is.
    pub(crate) async fn open(
        profile: Option<&str>,
        settings: &Settings,
        http: &SharedHttpClient,
    ) -> Result<Self, SessionError> {
        let origin = origin(profile, settings).await?;
        let regions = regions(profile, settings, http).await;
        let Some(first) = regions.first() else {
            return Err(SessionError::NoRegion { profile: remedy::profile_name(profile) });
        };
        let config = load(profile, origin, first, settings, http).await;
        let account = match identity(&config, first).await {
            Ok(account) => account,
            Err(error) if error.trouble == Trouble::Login => {
                let (profile, remedy) = remedy::login(profile, settings, &error.words).await;
                return Err(SessionError::Login { profile, remedy, words: error.words });
            }
            Err(error) => {
                tracing::warn!("{error}: going on without the account's number");
                None
            }
        };
        let extent = settings.extent.clone().unwrap_or_default();
        Ok(Self { profile: profile.map(Arc::from), config, account, regions, homes: Arc::default(), extent })
    }

    /// The configuration for one Region, with one attempt a call: retries go through our own bucket.
    pub(crate) fn in_region(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).retry_config(RetryConfig::disabled()).build()
    }
}

/// Where the credentials of a profile come from that was asked for by name. One that is nowhere defined is not asked
/// for with somebody else's.
async fn origin(profile: Option<&str>, settings: &Settings) -> Result<Origin, SessionError> {
    let (Some(name), Access::Chain) = (profile, &settings.access) else { return Ok(Origin::Elsewhere) };
    // A file that cannot be read fails with the credentials, in the SDK's words.
    let origin = profile::load(name).await.map_or(Origin::Profile, |set| profile::origin(&set, name));
    if origin == Origin::Undefined {
        let words = format!("profile {name} is not in the AWS configuration files");
        let (profile, remedy) = remedy::login(profile, settings, &words).await;
        return Err(SessionError::Login { profile, remedy, words });
    }
    Ok(origin)
}

async fn load(
    profile: Option<&str>,
    origin: Origin,
    region: &str,
    settings: &Settings,
    http: &SharedHttpClient,
) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(settings.pace.call_timeout)
        .operation_attempt_timeout(settings.pace.call_timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts)
        .http_client(http.clone())
        .region(Region::new(region.to_owned()));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
        if origin == Origin::Profile {
            let provider = ProviderConfig::without_region()
                .with_region(Some(Region::new(region.to_owned())))
                .with_http_client(http.clone());
            let own = ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(profile);
            loader = loader.credentials_provider(own.build());
        }
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Access::Fixed { key_id, secret } = &settings.access {
        loader = loader.credentials_provider(Credentials::new(key_id, secret, None, None, "fixed"));
    }
    loader.load().await
}

/// The Regions asked for, else the one the SDK finds, each once.
async fn regions(profile: Option<&str>, settings: &Settings, http: &SharedHttpClient) -> Vec<Arc<str>> {
    let mut regions: Vec<Arc<str>> = Vec::new();
    for region in &settings.regions {
        if !region.is_empty() && !regions.iter().any(|known| **known == **region) {
            regions.push(Arc::from(region.as_str()));
        }
    }
    if regions.is_empty() {
        let chain = region_chain(profile, http);
        if let Ok(Some(region)) = tokio::time::timeout(PATIENCE, chain.region()).await {
            regions.push(Arc::from(region.as_ref()));
        }
    }
    regions
}

/// The SDK's own chain, link by link: its ready-made form panics without a default HTTP client.
fn region_chain(profile: Option<&str>, http: &SharedHttpClient) -> RegionProviderChain {
    let mut file = ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        file = file.profile_name(profile);
    }
    let metadata = ProviderConfig::without_region().with_http_client(http.clone());
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(file.build())
        .or_else(ImdsRegionProvider::builder().configure(&metadata).build())
}

async fn identity(config: &SdkConfig, region: &str) -> Result<Option<Arc<str>>, CallError> {
    let client = aws_sdk_sts::Client::new(
        &config.to_builder().region(Region::new(region.to_owned())).retry_config(RetryConfig::standard()).build(),
    );
    let answer = tokio::time::timeout(PATIENCE * 2, client.get_caller_identity().send()).await;
    match answer {
        Ok(Ok(identity)) => Ok(identity.account().map(Arc::from)),
        Ok(Err(error)) => Err(CallError::of(&GET_CALLER_IDENTITY, &error)),
        Err(_) => Err(CallError {
            operation: GET_CALLER_IDENTITY.name,
            trouble: Trouble::Transient,
            words: "no answer in time".to_owned(),
        }),
    }
}
