-- The end of every try closes what is open about its line.
create index finding_open_by_lane on finding (lane_id) where state = 'open';
