"""Speech: what runs would show in the UN General Debate, beside what 193 states said there in 1994-2013."""
