# Les dates, les nombres et les tailles comme on les dit.

now = à l’instant
minutes-ago = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
hours-ago = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
days-ago = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
in-minutes = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
in-hours = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
in-days = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
yesterday-at = hier à { $time }
tomorrow-at = demain à { $time }
today = Aujourd’hui
yesterday = Hier

# 3 mars
date-this-year = { $day ->
    [1] { $day }er
   *[other] { $day }
} { $month }
# 3 mars 2025
date = { $day ->
    [1] { $day }er
   *[other] { $day }
} { $month } { $year }
# mardi 3 mars 2026
long-date = { $weekday } { $day ->
    [1] { $day }er
   *[other] { $day }
} { $month } { $year }
# mardi 3 mars 2026 à 14:05:59 CET
exact = { $day } à { $time } { $zone }

number = { $number }
size-b = { $number } o
size-kb = { $number } Ko
size-mb = { $number } Mo
size-gb = { $number } Go
size-tb = { $number } To

weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

month-short-1 = janv.
month-short-2 = févr.
month-short-3 = mars
month-short-4 = avr.
month-short-5 = mai
month-short-6 = juin
month-short-7 = juil.
month-short-8 = août
month-short-9 = sept.
month-short-10 = oct.
month-short-11 = nov.
month-short-12 = déc.
