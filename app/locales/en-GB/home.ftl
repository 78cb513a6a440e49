# The first screen.
home-morning = Good morning, { $name }
home-afternoon = Good afternoon, { $name }
home-evening = Good evening, { $name }
home-lede =
    { $count ->
        [0] Nothing waits for you.
        [one] One decision waits for you.
       *[other] { $count } decisions wait for you.
    }
home-lede-asked =
    { $count ->
        [one] { $name } has a question for you. Until you answer, the clock on your request stands still.
       *[other] You have { $count } questions to answer. Until you answer, the clocks on your requests stand still.
    }
home-glance = At a glance
home-waiting =
    { $count ->
        [one] decision waits for you
       *[other] decisions wait for you
    }
home-open =
    { $count ->
        [one] of your requests is open
       *[other] of your requests are open
    }
home-ending =
    { $count ->
        [one] access ends within 14 days
       *[other] accesses end within 14 days
    }
home-held =
    { $number ->
        [0] accesses you hold
        [one] access you hold
       *[other] { $count ->
            [one] accesses you hold, in one application
           *[other] accesses you hold, in { $count } applications
        }
    }
home-waits-for-you = Waits for you
home-asks-about = asks about
home-question-about = { $number }, { $item }
home-answer = Answer
home-open-requests = Your open requests
home-no-open-requests = None of your requests is open.
home-lately = Lately
home-since = Since
home-nothing-yet = You hold nothing yet
home-nothing-yet-words = What you ask for and get is listed here, with when it was checked on the system.
home-your-access = Your access
home-ends-soon = Ends soon
home-nothing-ends = Nothing of yours ends within 14 days.
home-ends = Ends { $until }, in { $words }
