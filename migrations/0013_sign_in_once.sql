-- A person has one name at each issuer: whoever comes second with the same address is somebody else.
create unique index login_identity_one_at_each_issuer on login_identity (issuer, person_id);
