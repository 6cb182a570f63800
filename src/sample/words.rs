//! The names and notes of a made-up bank.

/// First names of owners.
pub const FIRST_NAMES: [&str; 48] = [
    "Ada",
    "Agnes",
    "Ahmed",
    "Alan",
    "Amara",
    "Anna",
    "Barbara",
    "Ben",
    "Björn",
    "Carla",
    "Chidi",
    "Claude",
    "Dana",
    "David",
    "Edith",
    "Elif",
    "Emil",
    "Farah",
    "Frances",
    "Giulia",
    "Grace",
    "Hana",
    "Hiro",
    "Ines",
    "Ivan",
    "Jean",
    "José",
    "Jun",
    "Katherine",
    "Kofi",
    "Leila",
    "Łukasz",
    "Maria",
    "Mei",
    "Miguel",
    "Nadia",
    "Noah",
    "Olga",
    "Omar",
    "Priya",
    "Radia",
    "Rosa",
    "Samir",
    "Sofie",
    "Tomás",
    "Ursula",
    "Yuki",
    "Zoë",
];

/// Last names of owners.
pub const LAST_NAMES: [&str; 48] = [
    "Almeida",
    "Andersson",
    "Bauer",
    "Becker",
    "Bianchi",
    "Castro",
    "Chen",
    "Cohen",
    "Conti",
    "Demir",
    "Dubois",
    "Egger",
    "Ferrari",
    "Fischer",
    "García",
    "Gupta",
    "Haddad",
    "Hansen",
    "Hoffmann",
    "Ibrahim",
    "Ito",
    "Jansen",
    "Kaya",
    "Keller",
    "Kowalski",
    "Kumar",
    "Larsen",
    "Lindqvist",
    "Lopes",
    "Maier",
    "Martin",
    "Mensah",
    "Moreau",
    "Müller",
    "Nakamura",
    "Nguyen",
    "Novák",
    "Okafor",
    "Olsen",
    "O'Neill",
    "Petrov",
    "Rossi",
    "Sato",
    "Schmidt",
    "Silva",
    "Tanaka",
    "Weber",
    "Zhang",
];

/// The first halves of the names of shops.
pub const SHOP_NAMES: [&str; 16] = [
    "Blue Door",
    "Corner",
    "Harbour",
    "Lindenhof",
    "Little",
    "Market Street",
    "Moonlight",
    "North Gate",
    "Old Mill",
    "Orchard",
    "Red Brick",
    "Riverside",
    "Station",
    "Sunny Side",
    "Three Oaks",
    "Yellow House",
];

/// Kinds of shops, the second half of their names.
pub const SHOP_KINDS: [&str; 12] = [
    "Bakery", "Bicycles", "Books", "Café", "Cinema", "Flowers", "Garage", "Grocery", "Hardware", "Pharmacy",
    "Pizzeria", "Records",
];

/// Card payments: the note, and the least and the greatest amount in cents.
pub const CARD_PAYMENTS: [(&str, i64, i64); 16] = [
    ("Groceries", 900, 14_000),
    ("Groceries", 900, 9_000),
    ("Coffee", 240, 890),
    ("Lunch", 750, 1_900),
    ("Bakery", 180, 1_200),
    ("Train ticket", 290, 8_900),
    ("Petrol", 3_000, 9_500),
    ("Pharmacy", 400, 4_500),
    ("Books", 899, 6_000),
    ("Cinema", 900, 3_600),
    ("Phone bill", 999, 4_999),
    ("Electricity", 3_500, 12_000),
    ("Clothes", 1_500, 18_000),
    ("Restaurant", 1_800, 11_000),
    ("Bicycle repair", 1_500, 12_000),
    ("Hairdresser", 1_800, 8_000),
];

/// Notes of transfers between people.
pub const GIFTS: [&str; 10] = [
    "Dinner",
    "Thank you!",
    "Birthday present",
    "My half of the rent",
    "Concert tickets",
    "Holiday house",
    "Taxi on Saturday",
    "As agreed",
    "Paid back",
    "Pocket money",
];

/// Notes of transfers between shops.
pub const SUPPLIES: [&str; 6] =
    ["Flour and sugar", "Deliveries", "Repairs", "Cleaning", "Printing", "Packaging"];

/// Notes of a shop's takings.
pub const TAKINGS: [&str; 3] = ["Card takings", "Cash takings", "Online orders"];

/// Notes of deposits that make up for too low a balance.
pub const HELP: [&str; 5] = ["Cash deposit", "From savings", "Refund", "Expenses", "Sold online"];

/// Reasons for freezing an account.
pub const FREEZES: [&str; 5] =
    ["Card reported lost", "Unusual payments", "Court order", "Identity to be checked", "Owner asked for it"];

/// The months, as notes spell them.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
