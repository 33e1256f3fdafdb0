-- Runtimes of content on Connect. Grain: (version of R, Python and Quarto, owner). $1 until
select r_version, python_version, quarto_version, owner as person, count() as content
from (select * from connect_content where timestamp < $1 latest on timestamp partition by server, content_guid)
where not is_deleted and (r_version is not null or python_version is not null or quarto_version is not null)
