-- Every try asks whether anything was ever sent for its line, and which calls may still take effect there.
create index call_by_lane on call (lane_id, deadline_at);
