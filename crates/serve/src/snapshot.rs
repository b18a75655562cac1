//! All that requests need to know at one time: the models, and what a name means.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::group::{Group, Role};
use crate::problem::Problem;
use crate::served::Served;

/// The models and groups in service.
#[derive(Default)]
pub struct Snapshot {
    /// By name.
    pub models: BTreeMap<String, Arc<Served>>,
    /// By name.
    pub groups: BTreeMap<String, Group>,
    /// Files that are not served as they are now, and why.
    pub faults: BTreeMap<PathBuf, String>,
}

/// Who answers a request.
pub struct Target {
    /// The model.
    pub served: Arc<Served>,
    /// Its group and its role there.
    pub role: Option<(String, Role)>,
    /// Who scores besides.
    pub shadow: Option<Arc<Served>>,
}

impl Snapshot {
    /// Who answers a request to `name`: a model, a group, or `GROUP@ROLE`. Where there is one group, its roles are names, too:
    /// `champion` is then what the group's name is, with the challenger's share.
    ///
    /// # Errors
    /// 404 with the names there are.
    pub fn target(&self, name: &str, key: Option<&str>) -> Result<Target, Problem> {
        if let Some(served) = self.models.get(name) {
            return Ok(Target {
                served: Arc::clone(served),
                role: None,
                shadow: None,
            });
        }
        let (found, group, role) = self.group(name).ok_or_else(|| self.unknown(name))?;
        let (role, served) = match role {
            None => group.route(key),
            Some(role) => (role, group.role(role).ok_or_else(|| self.unknown(name))?),
        };
        Ok(Target {
            served: Arc::clone(served),
            shadow: (role != Role::Shadow)
                .then(|| group.shadow.clone())
                .flatten(),
            role: Some((found.clone(), role)),
        })
    }

    /// The model that a name means; of a group's name its champion.
    ///
    /// # Errors
    /// 404 with the names there are.
    pub fn described(&self, name: &str) -> Result<&Arc<Served>, Problem> {
        let of_group = || {
            let (_, group, role) = self.group(name)?;
            group.role(role.unwrap_or(Role::Champion))
        };
        let served = self.models.get(name).or_else(of_group);
        served.ok_or_else(|| self.unknown(name))
    }

    /// The group that a name means, and the role if it names one.
    fn group(&self, name: &str) -> Option<(&String, &Group, Option<Role>)> {
        if let Some((group, role)) = name.split_once('@') {
            let (found, group) = self.groups.get_key_value(group)?;
            return Some((found, group, Some(Role::of(role)?)));
        }
        if let Some((found, group)) = self.groups.get_key_value(name) {
            return Some((found, group, None));
        }
        let mut groups = self.groups.iter();
        let (Some((found, group)), None) = (groups.next(), groups.next()) else {
            return None;
        };
        // Without an @ the champion's name is the group's.
        let role = Some(Role::of(name)?).filter(|role| *role != Role::Champion);
        Some((found, group, role))
    }

    fn unknown(&self, name: &str) -> Problem {
        let names = self.models.keys().chain(self.groups.keys());
        let names: Vec<&str> = names.map(String::as_str).collect();
        let detail = format!(
            "there is no model \"{name}\"; the names are {}",
            names.join(", ")
        );
        Problem::new(404, "unknown-model", "There is no such model", detail)
    }
}
