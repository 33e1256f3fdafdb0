-- End of support as known today. Grain: (runtime, release).
select runtime, release, end_of_life, successor
from runtime_eol latest on timestamp partition by runtime, release
