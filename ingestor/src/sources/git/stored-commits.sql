-- Weeks of people that may be read again. Grain: (repository, person, week). $1 forge, $2 first week
select repository_id, timestamp, person, commits, bot_commits
from git_commits_weekly
where forge = $1 and timestamp >= $2
