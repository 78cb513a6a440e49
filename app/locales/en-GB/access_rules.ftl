# What people may do beyond the built-in rules.
access-rules-heading = Version { $number } of your access rules is in force
access-rules-heading-none = Only the built-in access rules are in force
access-rules-lede = Whatever no rule permits is refused. Your own rules can only permit more; nobody decides on their own access and auditors change nothing, whatever they say.
access-rules-text = Your access rules
access-rules-text-hint = Permits in the Cedar policy language, each with its actions. Leave it empty for the built-in rules alone.
access-rules-reason = Why
access-rules-reason-hint = The next administrator and the auditors read this.
access-rules-check = Check
access-rules-put = Put in force
access-rules-now = Version { $number } is in force. It counts from the next click of everybody on.
access-rules-empty = There are no rules of your own. The built-in rules below decide alone.
access-rules-people = People in this text
access-rules-nobody = Nobody has this id, so this permits nobody anything
access-rules-good = Nothing is wrong with this text
access-rules-good-words = It is not in force yet. This is what it would change:
access-rules-would-change = What it would change
access-rules-no-difference = No line is different.
access-rules-folded =
    { $count ->
        [one] One line that stays
       *[other] { $count } lines that stay
    }
access-rules-stale = The rules were changed while you wrote
access-rules-theirs = { $name } put version { $number } in force { $until }.
access-rules-they-changed = What that version changed
access-rules-stale-words = Your text is kept below and is not in force. If you put it in force now, it takes the place of that version:
access-rules-taken-up = This is the text of version { $number }
access-rules-taken-up-words = It is not in force. Say why and put it in force to go back to it.
access-rules-unusable = The rules in force cannot be used
access-rules-unusable-words = This release does not understand them, so none of their permits count and the built-in rules decide alone. Correct them and put them in force again:

access-rules-history = History
access-rules-version = Version { $number }
access-rules-effective = In force
access-rules-superseded = Replaced
access-rules-rolled-back = Taken back
access-rules-restores = Brought back the text of version { $number }.
access-rules-changed-in = What version { $number } changed
access-rules-take-up = Take up the text of version { $number } again
access-rules-pages = Pages of the history
access-rules-newest-first = Newest first
access-rules-newest = Newest
access-rules-older = Older

access-rules-help = How a rule is written
access-rules-help-words = A rule permits somebody to do something. It names its actions, and carries an @id so that messages can call it by its name. The id of a person is the last part of the address of their page.
access-rules-examples = Two examples
access-rules-who = Who may
access-rules-written = Written as
access-rules-meaning = Means
access-rules-who-one = One person, by the id in the address of their page
access-rules-who-everyone = Everybody who is signed in
access-rules-who-auditor = Whoever holds the role of an auditor
access-rules-who-administrator = Whoever holds the role of an administrator
access-rules-who-manager = Whoever is a manager above the person it is about, in a condition
access-rules-who-owner = Whoever owns the application it is about, in a condition
access-rules-actions = What may be done
access-rules-action = Action
access-rules-reserved = The built-in rules alone decide about these. A rule of your own that names one is refused, because whoever has one could give themselves everything else:
access-rules-schema = The schema
access-rules-schema-hint = Every word that a rule may use, and which action goes with what.
access-rules-built-in = Built-in rules
access-rules-built-in-words = They come with this release and cannot be changed. What forbids wins over everything that permits.

# What is wrong with a text.
fault-text-syntax = This cannot be read: { $words }.
fault-text-syntax-at = Line { $number } cannot be read: { $words }.
fault-text-forbids = The rule “{ $name }” forbids. Rules of your own may only permit.
fault-text-unscoped = The rule “{ $name }” permits every action. Name the actions, such as action == Action::"view_audit".
fault-text-template = The rule “{ $name }” has a gap (?principal or ?resource). Write it out.
fault-text-reserved = The rule “{ $name }” names { $item }. Only the built-in rules decide who may do that.
fault-text-name-taken = The name “{ $name }” is taken by another rule, or by a built-in one. Give each rule an @id of its own.
fault-text-invalid = The rule “{ $name }” uses a word that does not fit: { $words }.
fault-text-invalid-at = Line { $number }, in the rule “{ $name }”: { $words }.
fault-text-doubtful = The rule “{ $name }” looks like a mistake: { $words }.
fault-text-doubtful-at = Line { $number }, in the rule “{ $name }”, looks like a mistake: { $words }.
fault-text-unchanged = This text is in force already.
fault-text-too-large = Use at most { $max } kB.
fault-text-built-in = The built-in rules of this release cannot be read. Nothing can be put in force.
fault-text-reason-unprintable = The text has characters that cannot be kept. Write it again by hand.
fault-reason-required = Say why.

access-rules-may-view-catalogue = See what can be asked for
access-rules-may-submit-request = Ask for access for the person it is about
access-rules-may-view-request = See a request
access-rules-may-withdraw-request = Withdraw a request
access-rules-may-answer-question = Answer the question of an approver
access-rules-may-nudge-approver = Remind an approver
access-rules-may-view-task = See a task
access-rules-may-decide-task = Decide a task; nobody ever decides on their own access
access-rules-may-view-access = See what a person holds
access-rules-may-give-back-access = Give access back
access-rules-may-view-directory = See names, titles and units
access-rules-may-view-person = See everything about a person
access-rules-may-import-people = Bring people in from a file
access-rules-may-view-work-item = See work by hand
access-rules-may-close-work-item = Say that work by hand is done or cannot be done; never about one's own access
access-rules-may-view-applications = See applications and their owners
access-rules-may-view-connectors = See connectors and how they are
access-rules-may-manage-connectors = Add and test connectors
access-rules-may-view-operations = Watch the engine: figures, incidents and jobs
access-rules-may-retry-job = Give a job another try
access-rules-may-view-audit = Read the record
access-rules-may-manage-own-session = Manage sessions and preferences
access-rules-may-manage-tokens = Make and revoke tokens, which act for a person
access-rules-may-grant-administration = Make somebody an administrator or an auditor
access-rules-may-view-access-rules = See these rules
access-rules-may-manage-access-rules = Change these rules
