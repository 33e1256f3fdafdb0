-- Newest row of every language of a repository. Grain: (repository, language). $1 forge
select repository_id, language as key, row_hash, is_deleted
from git_languages
where forge = $1
latest on timestamp partition by repository_id, language
