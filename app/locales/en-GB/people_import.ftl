# People from a file.
people-import = Import people
people-import-lede = A file is compared with the directory first. Nothing changes until you apply it.
people-import-file = File of people
people-import-file-hint = Comma, semicolon or tab, UTF-8, at most 16 MiB. The first line names the columns.
people-import-source = Source
people-import-source-hint = Whose word the file is, such as hr. Whoever is missing is missed by this source.
people-import-zone = Time zone
people-import-zone-hint = For people whose zone neither the file nor the directory knows.
people-import-map = Columns with other names
people-import-map-hint = One a line, such as Pers no = employee_number. A dash leaves a column out.
people-import-optional = (optional)
people-import-compare = Compare
people-import-fields = What a file may say
people-import-fields-words = The employee number is the key. An empty cell empties its field, and a column that is not there changes nothing. A first day begins, and a last day ends, where the person works. Days are written as 2026-11-20. Whoever is not in the file is flagged and keeps everything.

people-import-field = Field
people-import-field-employee-number = Employee number
people-import-field-given-name = Given name
people-import-field-family-name = Family name
people-import-field-display-name = Name
people-import-field-email = E-mail
people-import-field-user-name = User name
people-import-field-kind = Works here as
people-import-field-unit = Unit
people-import-field-title = Title
people-import-field-manager = Manager
people-import-field-location = Location
people-import-field-time-zone = Time zone
people-import-field-start = First day
people-import-field-end = Last day

people-import-deliveries = Files so far
people-import-received = Brought
people-import-became = What became of it
people-import-counts = New, changed, absent
people-import-state-received = Waits to be applied
people-import-state-applied = Applied
people-import-state-held = Held
people-import-state-rejected = Discarded
people-import-state-superseded = Replaced by a newer file
people-import-state-other = Under way
people-import-from = { $name }, { $until }

people-import-title =
    { $count ->
        [0] The file changes nobody
        [one] The file changes one person
       *[other] The file changes { $count } people
    }
people-import-title-past =
    { $count ->
        [0] The file changed nobody
        [one] The file changed one person
       *[other] The file changed { $count } people
    }
people-import-rows =
    { $count ->
        [one] One row was read.
       *[other] { $count } rows were read.
    }
people-import-figures = The file in numbers
people-import-figure-added = new
people-import-figure-changed = changed
people-import-figure-same = as they are
people-import-figure-ending = would leave
people-import-figure-absent = newly absent
people-import-figure-refused = refused

people-import-bad-title =
    { $count ->
        [one] One row cannot be taken
       *[other] { $count } rows cannot be taken
    }
people-import-bad-words = Correct the file and upload it again, or apply it without these rows.
people-import-brake-title = The file is held
people-import-brake-words =
    { $count ->
        [one] One active person would leave or is absent, of { $number } whom this source knows. Only an administrator's reason releases it.
       *[other] { $count } active people would leave or are absent, of { $number } whom this source knows. Only an administrator's reason releases it.
    }
people-import-claim-title =
    { $count ->
        [one] One address that somebody signs in by would change
       *[other] { $count } addresses that people sign in by would change
    }
people-import-claim-words = These rows are held. The others can be applied without them.
people-import-unknown-absence = A row has no key that can be read, so nobody is flagged as absent.
people-import-still-absent =
    { $count ->
        [one] One person is absent since an earlier file.
       *[other] { $count } people are absent since an earlier file.
    }

people-import-apply = Apply
people-import-apply-rest = Apply the other rows
people-import-skip = Leave out the rows that cannot be taken
people-import-release = Why you release it
people-import-release-hint = Stands in the record with your name.
people-import-release-now = Release and apply
people-import-discard = Discard the file
people-import-waits-until = The upload waits for an hour.
people-import-held-until = The held file waits for seven days.

people-import-faults = Rows that cannot be taken
people-import-line = Line
people-import-column = Column
people-import-value = Says
people-import-why = What is wrong
people-import-whole-row = The whole row
people-import-changed = Changed
people-import-held = Held
people-import-before = Before
people-import-after = After
people-import-nothing = Nothing
people-import-added = New
people-import-added-days = First and last day
people-import-leaves = leaves after { $until }
people-import-absent = Newly absent
people-import-absent-note = Flagged only: they keep everything.
people-import-columns = How the columns were read
people-import-not-used = Not used
people-import-more =
    { $count ->
        [one] And one more.
       *[other] And { $count } more.
    }

people-import-done-applied = The file is applied.
people-import-done-in-part = The file is applied but for the rows that are held.
people-import-done-held = The file is held. Nothing was changed.
people-import-done-nothing = The directory says this already. Nothing was changed.
people-import-done-discarded = The file is discarded. Nothing was changed.
people-import-gone = The file does not wait any more. Nothing was changed.
people-import-stale = The directory changed while you looked. This is what the file does now; nothing was changed yet.
people-import-missing = Not named any more by { $name } since { $until }

people-import-why-cell-count = Has { $number } cells, and the first line has { $limit }.
people-import-why-open-quote = A quotation mark is never closed, so that the rest of the file is one row.
people-import-why-not-utf8 = Is not UTF-8 text.
people-import-why-cell-too-long = Is longer than { $limit } bytes.
people-import-why-required = Is missing.
people-import-why-nul = Has a NUL character.
people-import-why-damaged = Has a sign for a character that was lost when the file was converted.
people-import-why-control = Has a control character, { $words }.
people-import-why-invisible = Has a character that cannot be seen, { $words }.
people-import-why-too-long = Is longer than { $limit } characters.
people-import-why-not-email = Is not an e-mail address.
people-import-why-not-user-name = Has a blank or a sign that a user name cannot have.
people-import-why-unknown-kind = Is none of employee, contractor, partner and intern.
people-import-why-not-date = Is not a day as in 2026-11-20.
people-import-why-unknown-zone = Is not a time zone as in Europe/Lisbon.
people-import-why-ends-before-start = Lies before the first day.
people-import-why-twice = Stands in line { $number } too.
people-import-why-taken = Belongs to { $name }.
people-import-why-manager-unknown = Nobody has this number or address.
people-import-why-manager-is-self = Is the person themselves.
people-import-why-manager-cycle = Leads in a circle: { $words }.
people-import-why-manager-refused = The manager's own row, line { $number }, cannot be taken.
people-import-why-unit-ambiguous = Several units end in this path. Write it from the top.
people-import-why-unit-path = Has an empty name, or more than twelve.

fault-file-required = Choose a file.
fault-file-empty = The file is empty.
fault-file-too-large = The file is larger than { $limit } MiB.
fault-file-too-many-rows = The file has more than { $limit } rows.
fault-file-utf16 = The file is UTF-16. Save it as CSV UTF-8.
fault-file-header = The first line, which names the columns, cannot be read as UTF-8 text.
fault-file-no-column = No column is the { $name }. Name one in a mapping.
fault-file-two-columns = The columns { $item } and { $words } both are the { $name }. Say in a mapping which one counts.
fault-file-no-such-column = The file has no column { $name }.
fault-source-too-long = Use at most { $limit } characters, all of them visible.
fault-map-unknown = { $name } names no field. Write column = field.
fault-time-zone-unknown = There is no such time zone. Write one as in Europe/Lisbon.
fault-skip-bad-rows-required = Rows cannot be taken: correct the file, or leave them out.
fault-release-required = Say why you release it.

people-import-said-rows = { $count } rows: { $words }
people-import-said-added = { $count } new
people-import-said-changed = { $count } changed
people-import-said-same = { $count } as they are
people-import-said-ending = { $count } would leave
people-import-said-absent = { $count } newly absent
people-import-said-held = { $count } held
people-import-said-refused = { $count } refused
people-import-said-line = line { $number }
people-import-said-change = { $name }: { $item } -> { $words }
people-import-said-unused = columns not used: { $words }
