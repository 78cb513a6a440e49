-- A line has few calls: the index of all of them finds those under way as well. Without the other one, writing an
-- outcome touches no index, and stays on the page where the intent was written when there is room.
drop index call_in_flight;
alter table call set (fillfactor = 80);
